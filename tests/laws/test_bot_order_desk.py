"""The example tells the story: four endings, and no visitor hears "not found" when the system could not be asked."""

from pathlib import Path

import pytest

from branchline.bot.parse import read
from branchline.engine import Turn, advance
from branchline.interaction.effects import FulfillmentRequested, MessageSent
from branchline.interaction.events import FulfillmentFailed, FulfillmentReturned, Given, Replied, Started
from branchline.interaction.record import Fulfillment, Interaction, Nothing, Reply

FOUND = read((Path(__file__).parents[2] / "examples" / "order-desk" / "order-desk.yaml").read_bytes())
MIRA = {
    "order_found": "yes",
    "fullname": "Mira Oakenfell",
    "carrier": "Redkite Express",
    "eta": "2026-11-26",
    "delivered_on": "",
}


class Talk:
    """One conversation with the example, at moments a second apart."""

    def __init__(self) -> None:
        self.now = 1_795_000_000_000
        self.interaction = Interaction(1, "uuid", "order-desk", 1, self.now)
        self.said: list[str] = []
        self.take(Started(self.now))

    def take(self, event: Started | Replied | FulfillmentReturned | FulfillmentFailed) -> Turn:
        assert FOUND.bot is not None
        turn = advance(FOUND.bot, self.interaction, event)
        self.interaction = turn.interaction
        self.said = [
            effect.text for effect in turn.effects if isinstance(effect, MessageSent) and effect.sender == "bot"
        ]
        return turn

    def write(self, *texts: str) -> None:
        for text in texts:
            self.now += 1_000
            self.turn = self.take(Replied(self.now, f"m{self.now}", text))

    def answer(self, **data: str) -> None:
        pairs = tuple(Given(name, text) for name, text in data.items())
        self.take(FulfillmentReturned(self.now, self.token, pairs))

    @property
    def token(self) -> str:
        assert isinstance(self.interaction.awaiting, Fulfillment)
        return self.interaction.awaiting.token


def test_the_example_has_no_issues() -> None:
    assert FOUND.bot is not None
    assert FOUND.issues == ()


def test_an_order_is_looked_up_with_its_number() -> None:
    talk = Talk()
    talk.write("mira", " br-10427 ")
    assert talk.said == ["One moment, I am looking up BR-10427 …"]
    assert any(isinstance(effect, FulfillmentRequested) for effect in talk.turn.effects)


@pytest.mark.parametrize(
    ("answer", "ending"),
    [
        (
            MIRA | {"status": "SHIPPED"},
            "Good news, Mira Oakenfell: your order **BR-10427** is on its way with Redkite Express.",
        ),
        (MIRA | {"status": "DELIVERED", "delivered_on": "2026-11-20"}, "was delivered on 20 November 2026"),
        (MIRA | {"status": "PROCESSING"}, "has the status processing"),
        ({"order_found": "no"}, "it has no order **BR-10427**"),
    ],
)
def test_each_answer_has_its_ending(answer: dict[str, str], ending: str) -> None:
    talk = Talk()
    talk.write("Mira", "BR-10427")
    talk.answer(**answer)
    assert ending in talk.said[0]
    assert isinstance(talk.interaction.awaiting, Reply)


def test_a_system_that_could_not_be_asked_is_not_an_order_that_was_not_found() -> None:
    talk = Talk()
    talk.write("Mira", "BR-10427")
    talk.take(FulfillmentFailed(talk.now, talk.token, "timeout"))
    assert "cannot reach our order system" in talk.said[0]
    assert not any("no order" in text or "not found" in text for text in talk.said)
    talk.write("try again")
    talk.answer(**MIRA, status="SHIPPED")
    assert "on its way" in talk.said[0]


def test_another_order_forgets_the_one_before() -> None:
    talk = Talk()
    talk.write("Mira", "BR-10427")
    talk.answer(**MIRA, status="SHIPPED")
    talk.write("yes", "BR-99999")
    talk.answer(order_found="no")
    assert "it has no order **BR-99999**" in talk.said[0]
    talk.write("that is all")
    assert isinstance(talk.interaction.awaiting, Nothing)


def test_words_work_anywhere() -> None:
    talk = Talk()
    talk.write("Mira", "help")
    assert "I look up orders by their number" in talk.said[0]
    talk.write("restart")
    assert talk.said[0].startswith("Hello!")
    assert "name" not in talk.interaction.data
    talk.write("Mira", "?", "back")
    assert talk.said == ["What is your name?"]


def test_three_wrong_numbers_lead_out() -> None:
    talk = Talk()
    talk.write("Mira", "10427", "BR 10427", "no idea")
    assert talk.said[0].startswith("I need the order number")

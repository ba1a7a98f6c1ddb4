"""Try a draft, test its endpoints, keep walks and play them."""

import asyncio
from typing import Annotated

from msgspec import Meta, Struct

from branchline.api.admin.route import Call, Content, Desk, Route
from branchline.api.admin.texts import NO_NULL
from branchline.api.admin.versions import YAML_TYPE
from branchline.bot.exits import NodeId
from branchline.bot.source import SIZE_LIMIT
from branchline.interaction.events import Given
from branchline.interaction.record import DATA_LIMIT, NAME_LIMIT
from branchline.service.templates import template
from branchline.service.tries.calls import Answers
from branchline.service.tries.endpoint import EndpointTested
from branchline.service.tries.tries import Begun, View
from branchline.service.walks import Ran, Stored
from branchline.walks.walk import WalkName


class DataItem(Struct, frozen=True):
    """A piece of data."""

    name: Annotated[str, Meta(min_length=1, max_length=NAME_LIMIT, pattern=NO_NULL)]
    data: Annotated[str, Meta(max_length=DATA_LIMIT, pattern=NO_NULL)]


Items = Annotated[tuple[DataItem, ...], Meta(max_length=1_000)]


class NewTry(Struct, frozen=True):
    """`node`: where it begins, the bot's own start if empty; `answers`: how endpoints answer, by their names."""

    node: Annotated[str, Meta(max_length=200, pattern=NO_NULL)] = ""
    data: Items = ()
    answers: Answers = {}
    locale: Annotated[str, Meta(max_length=35, pattern=r"^([A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*)?$")] = ""
    start_url: Annotated[str, Meta(max_length=2_000, pattern=NO_NULL)] = ""


class BackBody(Struct, frozen=True):
    """`turn`: before which to go back; the visitor's last one if left out."""

    turn: Annotated[int, Meta(ge=1, le=2**31)] | None = None


class AnswersBody(Struct, frozen=True):
    answers: Answers


class DataBody(Struct, frozen=True):
    data: Items


class KeepBody(Struct, frozen=True):
    """`replace`: in the place of a walk of that name."""

    name: WalkName
    replace: bool = False


class ImportBody(Struct, frozen=True):
    """The text of a file of walks."""

    source: str


class Imported(Struct, frozen=True):
    walks: int


class WalkList(Struct, frozen=True):
    walks: tuple[Stored, ...]


class TestBody(Struct, frozen=True):
    """The action that asks (counted from 0), and the data that the bot has then."""

    __test__ = False

    node: NodeId
    action: Annotated[int, Meta(ge=0, le=1_000)]
    data: Items = ()


async def begin(desk: Desk, call: Call) -> Begun:
    body: NewTry = call.body
    desk.tests.take(call.who.person.id)
    bot = call.args["bot"]
    return await desk.tries.begin(
        call.who, bot, body.node, _given(body.data), body.answers, body.locale, body.start_url
    )


async def play(desk: Desk, call: Call) -> Begun:
    desk.tests.take(call.who.person.id)
    return await desk.tries.begin_template(
        call.who, await asyncio.to_thread(template, call.args["template"], desk.example)
    )


async def view(desk: Desk, call: Call) -> View:
    return await desk.tries.view(call.args["try"])


async def back(desk: Desk, call: Call) -> View:
    return await desk.tries.back(call.args["try"], call.body.turn)


async def let_pass(desk: Desk, call: Call) -> View:
    return await desk.tries.let_pass(call.args["try"])


async def answers(desk: Desk, call: Call) -> View:
    return await desk.tries.answer(call.args["try"], call.body.answers)


async def data(desk: Desk, call: Call) -> View:
    return await desk.tries.give(call.args["try"], _given(call.body.data))


async def keep(desk: Desk, call: Call) -> WalkList:
    bot, walk = await desk.tries.walk(call.args["try"])
    body: KeepBody = call.body
    await desk.walks.keep(call.who, bot, {body.name: walk}, replace=body.replace)
    return WalkList(await desk.walks.list(bot))


async def walks(desk: Desk, call: Call) -> WalkList:
    return WalkList(await desk.walks.list(call.args["bot"]))


async def drop_walk(desk: Desk, call: Call) -> None:
    await desk.walks.drop(call.args["bot"], call.args["walk"])


async def run_walks(desk: Desk, call: Call) -> Ran:
    desk.tests.take(call.who.person.id)
    return await desk.walks.run(call.args["bot"])


async def export_walks(desk: Desk, call: Call) -> Content:
    return Content(await desk.walks.text(call.args["bot"]), YAML_TYPE, f"{call.args['bot']}.walks.yaml")


async def import_walks(desk: Desk, call: Call) -> Imported:
    source = call.body.source.encode("utf-8", "surrogatepass")
    return Imported(await desk.walks.take(call.who, call.args["bot"], source))


async def test_endpoint(desk: Desk, call: Call) -> EndpointTested:
    desk.tests.take(call.who.person.id)
    body: TestBody = call.body
    bot = call.args["bot"]
    return await desk.endpoint_test.test(call.who, bot, body.node, body.action, _given(body.data), call.visit)


def _given(items: tuple[DataItem, ...]) -> tuple[Given, ...]:
    return tuple(Given(item.name, item.data) for item in items)


ROUTES = (
    Route(
        method="POST",
        path="/bots/{bot}/tries",
        permission="endpoints.test",
        summary="Begin a try of the draft as it is stored: a conversation apart from every real one, kept for a day.",
        does=begin,
        body=NewTry,
        gives=Begun,
        status=201,
        body_limit=SIZE_LIMIT,
    ),
    Route(
        method="POST",
        path="/templates/{template}/tries",
        permission="endpoints.test",
        summary="Play a template before a bot is made of it: a try like that of a draft.",
        does=play,
        gives=Begun,
        status=201,
    ),
    Route(
        method="GET",
        path="/tries/{try}",
        permission="endpoints.test",
        summary="A try: its data, its turns, and why each went where it went.",
        does=view,
        gives=View,
    ),
    Route(
        method="POST",
        path="/tries/{try}/back",
        permission="endpoints.test",
        summary="Go back in a try, to before a turn.",
        does=back,
        body=BackBody,
        gives=View,
    ),
    Route(
        method="POST",
        path="/tries/{try}/pass",
        permission="endpoints.test",
        summary="Let the time pass in a try until something happens by itself.",
        does=let_pass,
        gives=View,
    ),
    Route(
        method="PUT",
        path="/tries/{try}/answers",
        permission="endpoints.test",
        summary="Say how endpoints answer in a try from now on.",
        does=answers,
        body=AnswersBody,
        gives=View,
        body_limit=SIZE_LIMIT,
    ),
    Route(
        method="POST",
        path="/tries/{try}/data",
        permission="endpoints.test",
        summary="Set data in a try by hand.",
        does=data,
        body=DataBody,
        gives=View,
        body_limit=SIZE_LIMIT,
    ),
    Route(
        method="POST",
        path="/tries/{try}/walk",
        permission="bots.edit",
        summary="Keep a try as a walk: a test of the bot.",
        does=keep,
        body=KeepBody,
        gives=WalkList,
        status=201,
    ),
    Route(
        method="GET",
        path="/bots/{bot}/walks",
        permission="bots.read",
        summary="The walks of a bot.",
        does=walks,
        gives=WalkList,
    ),
    Route(
        method="DELETE",
        path="/bots/{bot}/walks/{walk}",
        permission="bots.edit",
        summary="Delete a walk.",
        does=drop_walk,
    ),
    Route(
        method="POST",
        path="/bots/{bot}/walks/run",
        permission="endpoints.test",
        summary="Play every walk on the draft as it is stored; no endpoint is asked.",
        does=run_walks,
        gives=Ran,
    ),
    Route(
        method="GET",
        path="/bots/{bot}/walks-file",
        permission="bots.read",
        summary="The file of walks (YAML), which stands beside the bot file.",
        does=export_walks,
        media_type=YAML_TYPE,
    ),
    Route(
        method="POST",
        path="/bots/{bot}/walks-file",
        permission="bots.edit",
        summary="Keep the walks of a file, in the place of those with the same names.",
        does=import_walks,
        body=ImportBody,
        gives=Imported,
        body_limit=2 * SIZE_LIMIT,
    ),
    Route(
        method="POST",
        path="/bots/{bot}/endpoint-test",
        permission="endpoints.test",
        summary="Ask the endpoint of an action of the stored draft, once and really, and tell everything about it.",
        does=test_endpoint,
        body=TestBody,
        gives=EndpointTested,
        body_limit=SIZE_LIMIT,
    ),
)

"""Answer a Branchline bot from your own Python service.

    from branchline_endpoint import Interaction, endpoint

    @endpoint(secrets=["whsec_..."])
    def order(interaction: Interaction) -> dict[str, str]:
        return {"fullname": "...", "status": "SHIPPED"}

`order.asgi` and `order.wsgi` are applications for any server; `order(interaction)` is still your function.
"""

from branchline_endpoint.answer import AnswerRefused
from branchline_endpoint.decorator import Endpoint, endpoint
from branchline_endpoint.interaction import Interaction, InteractionRefused, Message
from branchline_endpoint.refusals import CannotAnswer

__all__ = ["AnswerRefused", "CannotAnswer", "Endpoint", "Interaction", "InteractionRefused", "Message", "endpoint"]

"""`branchline` as a program, with the browser's room in front of its application.

Run like the command line: `python tests/widget/serve.py serve --port 0 --database sqlite:///FILE`.
"""

from typing import Any

from branchline import main
from branchline.api.app import App
from branchline.api.chat import Chat
from branchline.api.http import Receive, Scope, Send
from branchline.api.problems import Problems
from branchline.api.web import Web
from branchline.cli import run


class WithWeb(App):
    def __init__(self, chat: Chat, *rest: Any, **more: Any) -> None:
        super().__init__(chat, *rest, **more)
        self._web = Problems(Web(chat._bots, chat._clock), [(b"access-control-allow-origin", b"*")])

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and Web.owns(scope):
            await self._web(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)


if __name__ == "__main__":
    main.App = WithWeb  # type: ignore[misc]
    run()

"""The table that names the actions. A new action is its own file and one line here."""

from branchline.actions.clear_data import ClearData
from branchline.actions.custom_request import CustomRequest
from branchline.actions.fulfill import Fulfill
from branchline.actions.send_file import SendFile
from branchline.actions.send_message import SendMessage
from branchline.actions.set_data import SetData
from branchline.actions.suggest_replies import SuggestReplies
from branchline.actions.tag import Tag

AnyAction = SendMessage | SendFile | SuggestReplies | Fulfill | CustomRequest | SetData | ClearData | Tag

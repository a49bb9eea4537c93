"""What the window needs once it has been painted: loaded on a lane, for that takes longer than a paint.

The panes that the window itself makes later are loaded with it.
"""

import message_centre.ui.entering.sign_in_page
import message_centre.ui.messages.my_task_pane
import message_centre.ui.unclaimed.unclaimed_pane  # noqa: F401 - loaded here, used by the window
from message_centre.ui.entering.entering_controller import EnteringController, look_at_door
from message_centre.ui.first_start.first_start_controller import FirstStartController
from message_centre.ui.main_controller import MainController
from message_centre.ui.night_watch import NightWatch
from message_centre.ui.opened import Opened
from message_centre.ui.phones.receiver_watch import ReceiverWatch

__all__ = [
    "EnteringController",
    "FirstStartController",
    "MainController",
    "NightWatch",
    "Opened",
    "ReceiverWatch",
    "look_at_door",
]

"""What the window needs once it has been painted: loaded on a lane, for that takes longer than a paint."""

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

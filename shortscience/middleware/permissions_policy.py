"""What a browser may do for our pages: nothing of a device, since we ask for nothing of one.

Passkeys, the clipboard and the share sheet are used, and are allowed to our own pages anyway.
https://www.w3.org/TR/permissions-policy/
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

# Only features that browsers know: others are warnings in their consoles.
_REFUSED = (
    *("accelerometer", "autoplay", "camera", "display-capture", "encrypted-media"),
    *("gamepad", "geolocation", "gyroscope", "hid", "idle-detection", "keyboard-map"),
    *("local-fonts", "magnetometer", "microphone", "midi", "payment", "picture-in-picture"),
    *("screen-wake-lock", "serial", "sync-xhr", "usb", "window-management"),
    "xr-spatial-tracking",
)
POLICY = ", ".join(f"{feature}=()" for feature in _REFUSED)


class PermissionsPolicyMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", POLICY)
        return response

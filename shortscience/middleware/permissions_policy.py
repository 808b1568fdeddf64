"""The Permissions-Policy header: the site uses no feature of the device.

Passkeys, the clipboard and the share sheet are used, and are allowed by default.
https://www.w3.org/TR/permissions-policy/
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

# Only features that browsers know: others cause warnings in the console.
_REFUSED = (
    *("accelerometer", "autoplay", "camera", "display-capture", "encrypted-media"),
    *("gamepad", "geolocation", "gyroscope", "hid", "idle-detection", "keyboard-map"),
    *("local-fonts", "magnetometer", "microphone", "midi", "payment", "picture-in-picture"),
    *("screen-wake-lock", "serial", "sync-xhr", "usb", "window-management"),
    "xr-spatial-tracking",
)
POLICY = ", ".join(f"{feature}=()" for feature in _REFUSED)


class PermissionsPolicyMiddleware:
    """Set the Permissions-Policy header."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", POLICY)
        return response

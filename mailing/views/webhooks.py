"""Bounces reported by mail services to Anymail's views, if the site has set a secret."""

from anymail.exceptions import AnymailConfigurationError
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.module_loading import import_string
from django.views.decorators.csrf import csrf_exempt

# Each view checks ANYMAIL_WEBHOOK_SECRET, and the signature if the service signs.
SERVICES = {
    "brevo": "Brevo",
    "mailersend": "MailerSend",
    "mailgun": "Mailgun",
    "mailjet": "Mailjet",
    "mailtrap": "Mailtrap",
    "postmark": "Postmark",
    "sparkpost": "SparkPost",
}


@csrf_exempt
def tracking(request: HttpRequest, service: str) -> HttpResponse:
    """Pass the report on to Anymail's view of the service."""
    if service not in SERVICES or not settings.ANYMAIL.get("WEBHOOK_SECRET"):
        raise Http404
    view = import_string(f"anymail.webhooks.{service}.{SERVICES[service]}TrackingWebhookView")
    try:
        return view.as_view()(request)
    except AnymailConfigurationError:
        # A service that is not set up here, or whose key is missing.
        raise Http404 from None

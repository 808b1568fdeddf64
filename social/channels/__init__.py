"""Services to post to: one module each, all with the same names.

docs/developing/channels.md lists the names, and explains how to add a module.
"""

from types import ModuleType

from social.channels import bluesky, discord, facebook, mastodon, matrix, slack, x

CHANNELS: dict[str, ModuleType] = {
    "mastodon": mastodon,
    "bluesky": bluesky,
    "matrix": matrix,
    "discord": discord,
    "slack": slack,
    "x": x,
    "facebook": facebook,
}
KINDS = [(key, module.NAME) for key, module in CHANNELS.items()]

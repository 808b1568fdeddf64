"""One module a service, all of one shape; docs/developing/channels.md tells how to add one.

NAME for people; ADDRESS, the usual one, "" when there is none; CREDENTIALS {name: what it is};
LIMIT and `count(text)`, as the service counts; REPEATABLE_SECONDS, how long the same key makes one
post of two tries: 0 when it never does, None for ever; `new_key()`; `post`, and where the service can
`edit` and `delete`. They raise the errors of `problems`, and those of common.http.webhook.
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

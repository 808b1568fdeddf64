"""Numbers from votes and dates, by which lists are ordered; pure.

Each number changes only when votes, comments or summaries do, so it can be stored and indexed.
"""

import datetime
import math

# Ten times the votes weigh as much as being newer by this many seconds, about two weeks.
# Summaries are published less often than news, so a good one is shown longer than on a news site.
SECONDS_PER_TENFOLD = 14 * 24 * 3600


def wilson_lower_bound(*, ups: int, downs: int, z: float = 1.96) -> float:
    """Return the lower bound of the Wilson score interval of the share of up votes, 0 to 1.

    0 without votes. `z` is the quantile of the normal distribution: 1.96 for 95 %.
    E. B. Wilson, 1927, https://doi.org/10.1080/01621459.1927.10502953
    """
    total = ups + downs
    if total == 0:
        return 0.0
    share = ups / total
    centre = share + z * z / (2 * total)
    margin = z * math.sqrt((share * (1 - share) + z * z / (4 * total)) / total)
    return (centre - margin) / (1 + z * z / total)


def popularity(*, score: int, since: datetime.datetime) -> float:
    """Weigh votes against age: ten times the score makes up for `SECONDS_PER_TENFOLD`.

    Age enters as the date itself, so that the number of a summary does not change with time.
    """
    sign = (score > 0) - (score < 0)
    return sign * math.log10(max(abs(score), 1)) + since.timestamp() / SECONDS_PER_TENFOLD


def liveliness(*, comment_count: int, latest_at: datetime.datetime) -> float:
    """Weigh comments against the age of the latest one.

    0 without comments, which is less than any paper with comments has.
    """
    if comment_count == 0:
        return 0.0
    return popularity(score=comment_count + 1, since=latest_at)

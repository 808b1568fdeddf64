"""English dates as we write them: "2 November 2026"; the other languages' own formats fit."""

DATE_FORMAT = "j F Y"
DATETIME_FORMAT = "j F Y, H:i"
MONTH_DAY_FORMAT = "j F"

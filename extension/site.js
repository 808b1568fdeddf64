// Where the summaries are; a site that offers the extension puts its own address here.
"use strict";

const SITE = "http://127.0.0.1:8000";

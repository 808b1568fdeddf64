// The address of the site; when a site offers the extension, it inserts its own address here.
"use strict";

const SITE = "http://127.0.0.1:8000";

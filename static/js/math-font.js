// The font of formulas came inside a stylesheet: make it ready before the text is laid out.
"use strict";
document.fonts?.load('1em "STIX Two Math"', "x(");

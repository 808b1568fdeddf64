// Pictures: chosen with the button, pasted or dropped; "Uploading plot.png" holds the place.

const desk = document.getElementById("desk");
const text = document.getElementById("t");
const picker = document.getElementById("picture");
const trouble = document.getElementById("picture-trouble");
const messages = document.getElementById("words").dataset;
const KINDS = ["image/png", "image/jpeg", "image/webp", "image/gif"];
let count = 0;

function put(detail) {
  text.dispatchEvent(new CustomEvent("put", { detail }));
}

export function named(sentence, name) {
  return sentence.replace("{name}", name);
}

function complain(sentence) {
  trouble.textContent = sentence;
  trouble.hidden = !sentence;
}

// A paragraph of its own becomes a figure. Returns the place with the lines put around it.
function hold(place) {
  const { selectionEnd: caret, value } = text;
  // Not into the words of another picture, which are chosen when it has come.
  const isInside = /!\[[^\]\n]*$/.test(value.slice(0, caret));
  const lineEnd = value.indexOf("\n", caret);
  const at = !isInside ? caret : lineEnd < 0 ? value.length : lineEnd;
  const before = value.slice(0, at);
  const lead = before === "" || before.endsWith("\n\n") ? "" : before.endsWith("\n") ? "\n" : "\n\n";
  const after = value.slice(at);
  const tail = after.startsWith("\n\n") ? "" : after.startsWith("\n") ? "\n" : "\n\n";
  const whole = `${lead}${place}${tail}`;
  put({ start: at, end: at, replacement: whole });
  return whole;
}

// Where the place is by now: the writer may have gone on elsewhere, or taken it out.
function fill(place, markup, select) {
  const start = text.value.indexOf(place);
  if (start < 0) return;
  const { activeElement } = document;
  const caret = [text.selectionStart, text.selectionEnd];
  const end = start + place.length;
  const isElsewhere = activeElement !== text || caret[0] < start || caret[0] > end + 2;
  const moved = caret.map((at) => (at >= end ? at + markup.length - place.length : at));
  put({ start, end, replacement: markup, select: isElsewhere || !select ? moved : select.map((at) => start + at), stay: isElsewhere });
}

async function upload(file) {
  if (!KINDS.includes(file.type)) {
    complain(messages.noFile);
    return;
  }
  complain("");
  count += 1;
  const name = file.name.replace(/[[\]()\\]/g, "") || "picture";
  const place = `![${named(messages.uploading, name)}${count > 1 ? ` (${count})` : ""} …]()`;
  const whole = hold(place);
  const takeOut = () => fill(text.value.includes(whole) ? whole : place, "");
  const body = new FormData();
  body.set("image", file, name);
  body.set("csrfmiddlewaretoken", desk.elements.csrfmiddlewaretoken.value);
  try {
    const response = await fetch(desk.dataset.images, { method: "POST", body });
    const payload = await response.json().catch(() => ({}));
    if (!payload.url) {
      takeOut();
      complain(payload.error ?? named(messages.notUploaded, name));
      return;
    }
    // Its words are chosen, so that typing says what the picture shows.
    fill(place, `![${messages.alt}](${payload.url})`, [2, 2 + messages.alt.length]);
  } catch {
    takeOut();
    complain(named(messages.notUploaded, name));
  }
}

async function uploadAll(files) {
  for (const file of files) await upload(file);
}

picker.addEventListener("change", async () => {
  const files = [...picker.files];
  // Else it would be sent once more with the form.
  picker.value = "";
  text.focus();
  await uploadAll(files);
});

text.addEventListener("paste", (event) => {
  const files = [...event.clipboardData.files];
  // From a page or a word processor words come with a picture of them: the words are meant.
  if (!files.length || event.clipboardData.getData("text/plain")) return;
  event.preventDefault();
  uploadAll(files);
});

text.addEventListener("dragover", (event) => {
  if (event.dataTransfer.types.includes("Files")) event.preventDefault();
});
text.addEventListener("drop", (event) => {
  const files = [...event.dataTransfer.files];
  if (!files.length) return;
  event.preventDefault();
  text.focus();
  uploadAll(files);
});

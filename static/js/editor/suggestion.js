// Suggesting an edit: a copy of the text stays in the browser until it is sent.

const form = document.getElementById("suggest");
const text = document.getElementById("t");
const key = form.dataset.storageKey;

try {
  const copy = localStorage.getItem(key);
  if (copy && copy !== text.value && !document.getElementById("problem")) text.value = copy;
} catch { /* Storage is forbidden. */ }

text.addEventListener("input", () => {
  try {
    localStorage.setItem(key, text.value);
  } catch { /* Full or forbidden. */ }
});
// The page that follows says that it is sent, and forgets the copy.
form.addEventListener("submit", (event) => {
  try {
    if (event.submitter?.value === "send") sessionStorage.setItem("saving", key);
  } catch { /* see above */ }
});
document.getElementById("problem")?.focus();

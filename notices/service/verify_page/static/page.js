// Files that are dropped on the form are as if they had been chosen; nothing more.
"use strict";
const drop = document.querySelector(".drop");
if (drop) {
  const files = document.getElementById("files");
  const over = (event, on) => {
    event.preventDefault();
    drop.classList.toggle("over", on);
  };
  drop.addEventListener("dragover", (event) => over(event, true));
  drop.addEventListener("dragleave", (event) => over(event, false));
  drop.addEventListener("drop", (event) => {
    over(event, false);
    if (event.dataTransfer.files.length) {
      files.files = event.dataTransfer.files;
      files.form.requestSubmit();
    }
  });
}

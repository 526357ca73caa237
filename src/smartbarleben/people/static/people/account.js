// Passkeys fail without a word: say something where the person looks.
document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  const place = document.getElementById("account-error");
  place.hidden = false;
  place.scrollIntoView({ block: "nearest" });
});

// Who comes again: a random token that this browser keeps, and nothing about who uses it.

const NAME = "lab_visitor";

export default function ({ data, setStateValue }) {
  let token = document.cookie.match(new RegExp(`(?:^|; )${NAME}=([0-9a-f]{32})(?:;|$)`))?.[1];
  if (!token) {
    token = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    document.cookie = `${NAME}=${token}; path=/; max-age=31536000; SameSite=Strict`;
  }
  if (data.known !== token) setStateValue("token", token);
}

"use strict";

// One visitor, one chat at a time. Every text is put in as text, never as markup.

const byId = (id) => document.getElementById(id);
const wait = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

const state = { bots: [], people: [], groups: [], bot: null, person: null, place: null };
let watching = null;
let typingTimer = 0;
let atEnd = true;

function toEnd() {
  const log = byId("log");
  log.scrollTop = log.scrollHeight;
}

async function call(path, options = {}) {
  const response = await fetch("sandbox/api/" + path, options);
  const body = await response.json();
  if (!response.ok) {
    throw new Error(body.detail || response.statusText);
  }
  return body;
}

function chatPath() {
  return state.place.contact
    ? `people/${state.person.id}/contacts/${state.place.id}`
    : `bots/${state.bot.id}/chats/${state.place.id}`;
}

function sendJson(path, method, body) {
  return call(path, {
    method,
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
}

function avatar(name, tone) {
  const element = document.createElement("span");
  element.className = "avatar tone-" + (Math.abs(Number(tone)) % 6);
  element.textContent = Array.from(name)[0] || "?";
  element.setAttribute("aria-hidden", "true");
  return element;
}

function choice(label, tone, pressed, choose) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "choice";
  button.setAttribute("aria-pressed", String(pressed));
  const text = document.createElement("span");
  text.textContent = label;
  button.append(avatar(label, tone), text);
  button.addEventListener("click", choose);
  return button;
}

// The person's chat with the bot, groups, and their own chats with contacts, which a connected bot sees.
function places() {
  const contacts = state.people.filter((person) => person.id !== state.person.id)
    .map((person) => ({ id: person.id, title: person.name, contact: person }));
  return [{ id: state.person.id, title: "The bot" }, ...state.groups, ...contacts];
}

function botOfProfile() {
  return state.bots.find((bot) => bot.id === state.person.profile.bot);
}

function showProfile() {
  const { profile, name } = state.person;
  const bot = botOfProfile();
  byId("profile-name").textContent = "Profile of " + name;
  byId("profile-state").textContent = bot
    ? `@${bot.username} sees the chats with contacts.`
    : "No bot sees the chats with contacts.";
  byId("can-reply").checked = bot ? profile.can_reply : true;
  byId("can-read").checked = bot ? profile.can_read_messages : true;
  byId("profile-connect").textContent = bot && bot.id === state.bot.id ? "Disconnect" : "Connect @" + state.bot.username;
}

async function changeProfile(method) {
  const path = `people/${state.person.id}/profile`;
  try {
    state.person.profile = await sendJson(path, method, {
      bot: state.bot.id,
      can_reply: byId("can-reply").checked,
      can_read_messages: byId("can-read").checked,
    });
    showProblem("");
  } catch (problem) {
    showProblem("Not changed: " + problem.message);
  }
  showProfile();
}

// In a chat with a contact, the visitor may be either of the two, or Telegram that answers for the person.
function showWriters() {
  const { contact } = state.place;
  byId("writers").hidden = !contact;
  if (contact) {
    const writers = [
      [contact.name, { user: contact.id }],
      [state.person.name + ", by hand", { user: state.person.id }],
      [state.person.name + ", automatic", { user: state.person.id, automatic: true }],
    ];
    byId("writer").replaceChildren(...writers.map(([label, body]) => {
      const option = document.createElement("option");
      option.value = JSON.stringify(body);
      option.textContent = label;
      return option;
    }));
  }
}

function showChoices() {
  byId("people").replaceChildren(...state.people.map((person) =>
    choice(person.name, person.id, person.id === state.person.id, () => {
      const inGroup = state.groups.some((group) => group.id === state.place.id);
      state.person = person;
      open(inGroup ? state.place : places()[0]);
    })));
  byId("places").replaceChildren(...places().map((place) =>
    choice(place.title, place.id, place.id === state.place.id, () => open(place))));
  showProfile();
  byId("bot-field").hidden = state.bots.length < 2;
  byId("bot").replaceChildren(...state.bots.map((bot) => {
    const option = document.createElement("option");
    option.value = bot.id;
    option.textContent = "@" + bot.username;
    option.selected = bot.id === state.bot.id;
    return option;
  }));
  const { contact } = state.place;
  const heading = contact ? `${state.person.name} and ${contact.name}` : "@" + state.bot.username;
  byId("bot-name").textContent = heading;
  byId("bot-avatar").textContent = Array.from(heading.replace("@", ""))[0];
  byId("token").textContent = state.bot.token;
}

const ELEMENTS = {
  bold: "strong", italic: "em", strikethrough: "s", code: "code", pre: "pre", blockquote: "blockquote", text_link: "a",
};

// The nodes of a stretch of a text: entities lie in each other or apart, those around others first.
function formatted(text, entities, from, to) {
  const nodes = [];
  let at = from;
  let rest = entities.filter((entity) => entity.offset >= from && entity.offset + entity.length <= to);
  while (rest.length > 0) {
    const [outer, ...others] = rest;
    const end = outer.offset + outer.length;
    const element = document.createElement(ELEMENTS[outer.type] || "span");
    if (element.tagName === "A" && /^(https?|tg):/i.test(outer.url)) {
      element.href = outer.url;
      element.target = "_blank";
      element.rel = "noopener noreferrer";
    }
    element.append(...formatted(text, others, outer.offset, end));
    nodes.push(text.slice(at, outer.offset), element);
    at = end;
    rest = others.filter((entity) => entity.offset >= end);
  }
  nodes.push(text.slice(at, to));
  return nodes;
}

function carried({ kind, file }) {
  if (file && (kind === "photo" || kind === "voice")) {
    const element = document.createElement(kind === "photo" ? "img" : "audio");
    element.src = "sandbox/api/files/" + encodeURIComponent(file);
    if (kind === "photo") {
      element.alt = "Photo";
    } else {
      element.controls = true;
      element.preload = "none";
    }
    return element;
  }
  const name = document.createElement("div");
  name.className = "kind";
  name.textContent = "[" + kind.replace("_", " ") + "]";
  return name;
}

// A picture or sound of the visitor's own, with the text as its caption.
async function attach(file) {
  const bytes = new Uint8Array(await file.arrayBuffer());
  const text = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  const kind = file.type.startsWith("image/") ? "photo" : "voice";
  if (await write(byId("text").value.trim(), { kind, file: btoa(text) })) {
    byId("text").value = "";
  }
}

async function press(message, button) {
  const user = state.place.contact ? state.place.id : state.person.id;
  try {
    const answer = await sendJson(chatPath() + "/presses", "POST", { user, message_id: message.id, data: button.data });
    showNote(answer.answered ? answer.text : "The bot has not answered the button.");
    showProblem("");
  } catch (problem) {
    showProblem("Not pressed: " + problem.message);
  }
}

function rowsOfButtons(rows, act) {
  const block = document.createElement("div");
  block.className = "buttons";
  for (const row of rows) {
    const line = document.createElement("div");
    line.append(...row.map((button) => {
      const element = document.createElement("button");
      element.type = "button";
      element.textContent = button.text;
      element.addEventListener("click", () => act(button));
      return element;
    }));
    block.append(line);
  }
  return block;
}

function pressInline(message) {
  return (button) => {
    if (button.data !== null) {
      press(message, button);
    } else if (/^https?:/i.test(button.url || "")) {
      window.open(button.url, "_blank", "noopener,noreferrer");
    }
  };
}

// Opened here, for there is no Telegram behind it.
function newBotLinks(text) {
  const links = text.matchAll(/https:\/\/t\.me\/newbot\/\w+\/(\w+)\?name=([\w%.*-]+)/g);
  return Array.from(links, ([, username, name]) =>
    [{ text: "Open t.me/newbot/…/" + username, username, name: decodeURIComponent(name) }]);
}

function bubble(message) {
  const item = document.createElement("li");
  item.className = "bubble";
  const { contact } = state.place;
  item.classList.toggle("mine", contact ? message.sender_id !== contact.id
    : !message.from_bot && message.sender_id === state.person.id);
  item.classList.toggle("deleted", message.deleted);
  item.id = "message-" + message.id;

  const name = document.createElement("div");
  name.className = "name";
  name.textContent = message.sender;
  const isMine = item.classList.contains("mine");
  const inPrivate = state.place.id === state.person.id;
  const forOwner = contact && (message.from_bot || message.automatic);
  if (forOwner) {
    name.textContent = message.automatic ? "automatic" : "@" + message.sender;
  } else if (isMine || inPrivate) {
    name.classList.add("unseen");
  }
  const text = document.createElement("div");
  text.className = "text";
  text.dir = "auto";
  text.append(...formatted(message.text, message.entities, 0, message.text.length));
  const meta = document.createElement("time");
  meta.className = "meta";
  meta.dateTime = message.date;
  meta.textContent = new Date(message.date).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" })
    + (message.edited ? " · edited" : "") + (message.deleted ? " · deleted" : "");
  item.append(name);
  if (message.attachment) {
    item.append(carried(message.attachment));
  }
  item.append(text, meta);
  const links = message.from_bot && inPrivate ? newBotLinks(message.text) : [];
  if (links.length > 0) {
    item.append(rowsOfButtons(links, makeBot));
  }
  if (message.buttons.length > 0 && !message.deleted) {
    item.append(rowsOfButtons(message.buttons, pressInline(message)));
  }
  return item;
}

function showMessages(messages) {
  const follow = atEnd;
  for (const message of messages) {
    const before = byId("message-" + message.id);
    if (before) {
      before.replaceWith(bubble(message));
    } else {
      byId("messages").append(bubble(message));
    }
  }
  byId("empty").hidden = byId("messages").childElementCount > 0;
  if (follow) {
    toEnd();
  }
}

function showTyping(typing) {
  clearTimeout(typingTimer);
  byId("typing").hidden = !typing;
  if (typing) {
    // Telegram shows it for five seconds unless the bot says so again.
    typingTimer = setTimeout(() => showTyping(false), 5200);
    if (atEnd) {
      toEnd();
    }
  }
}

function showDraft(text) {
  byId("draft-text").textContent = text;
  byId("draft").hidden = !text;
  if (text && atEnd) {
    toEnd();
  }
}

function showStatus(text, kind) {
  const status = byId("status");
  if (status.textContent !== text) {
    status.textContent = text;
  }
  status.className = kind;
}

function showListening(listening) {
  showStatus(
    listening ? "online: its updates are being read" : notListening(),
    listening ? "good" : "warn");
}

function notListening() {
  return state.place.contact && !botOfProfile()
    ? "no bot sees this chat: connect one to the profile"
    : "nobody reads this bot's updates yet: connect its token to Vibee";
}

// The person confirms the bot that another one offers to manage for them.
async function makeBot({ name, username }) {
  const chosen = window.prompt("Username of the new bot", username || "");
  if (!chosen) {
    return;
  }
  try {
    await sendJson(`people/${state.person.id}/bots`, "POST", { manager: state.bot.id, username: chosen, name: name || chosen });
    state.bots = (await call("state")).bots;
    state.bot = state.bots.find((bot) => bot.id === state.bot.id);
    showChoices();
    showProblem("");
  } catch (problem) {
    showProblem("Not made: " + problem.message);
  }
}

function showKeyboard(rows) {
  byId("keyboard").hidden = rows.length === 0;
  byId("keyboard").replaceChildren(rowsOfButtons(rows, (button) =>
    button.managed_bot ? makeBot(button.managed_bot) : write(button.text)));
}

function showNote(text) {
  byId("note").textContent = text;
  byId("note").hidden = !text;
}

function showProblem(text) {
  byId("problem").textContent = text;
  byId("problem").hidden = !text;
}

async function watch(signal) {
  let version = -1;
  let pause = 500;
  while (!signal.aborted) {
    try {
      const news = await call(`${chatPath()}?after=${version}`, { signal });
      if (news.version < version) {
        // The sandbox was started anew.
        byId("messages").replaceChildren();
        version = -1;
        continue;
      }
      version = news.version;
      pause = 500;
      showMessages(news.messages);
      showDraft(news.draft);
      showTyping(news.typing && !news.draft);
      showListening(news.listening);
      showKeyboard(news.keyboard);
    } catch (problem) {
      if (signal.aborted) {
        return;
      }
      showStatus("sandbox not reachable, trying again…", "warn");
      await wait(pause);
      pause = Math.min(pause * 2, 8000);
    }
  }
}

function open(place) {
  state.place = place;
  atEnd = true;
  showChoices();
  showProblem("");
  showNote("");
  showWriters();
  showKeyboard([]);
  showTyping(false);
  showDraft("");
  byId("messages").replaceChildren();
  byId("empty").hidden = false;
  if (watching) {
    watching.abort();
  }
  watching = new AbortController();
  watch(watching.signal);
}

async function write(text, file = {}) {
  const writer = state.place.contact ? JSON.parse(byId("writer").value) : { user: state.person.id };
  try {
    await sendJson(chatPath() + "/messages", "POST", { ...writer, ...file, text });
    showProblem("");
    showNote("");
    atEnd = true;
    toEnd();
    return true;
  } catch (problem) {
    showProblem("Not sent: " + problem.message);
    return false;
  }
}

async function send() {
  const box = byId("text");
  const text = box.value.trim();
  if (!text || !state.place) {
    return;
  }
  byId("send").disabled = true;
  if (await write(text)) {
    box.value = "";
    grow(box);
  }
  byId("send").disabled = false;
  box.focus();
}

function grow(box) {
  box.style.height = "auto";
  box.style.height = Math.min(box.scrollHeight + 2, 160) + "px";
}

async function start() {
  byId("composer").addEventListener("submit", (event) => {
    event.preventDefault();
    send();
  });
  byId("file").addEventListener("change", async (event) => {
    const [file] = event.target.files;
    event.target.value = "";
    if (file && state.place) {
      await attach(file);
    }
  });
  byId("text").addEventListener("input", (event) => grow(event.target));
  byId("text").addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      send();
    }
  });
  const log = byId("log");
  log.addEventListener("scroll", () => {
    atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 80;
  });
  // A keyboard that opens, or a turned phone, must not hide the last message.
  let height = 0;
  new ResizeObserver(() => {
    if (atEnd || log.clientHeight < height) {
      toEnd();
    }
    height = log.clientHeight;
  }).observe(log);
  byId("bot").addEventListener("change", (event) => {
    state.bot = state.bots.find((bot) => String(bot.id) === event.target.value);
    open(state.place);
  });
  // A phone has no room for it beside the chat.
  byId("profile").open = !matchMedia("(max-width: 720px)").matches;
  byId("profile-connect").addEventListener("click", () => {
    const bot = botOfProfile();
    changeProfile(bot && bot.id === state.bot.id ? "DELETE" : "PUT");
  });
  for (const right of ["can-reply", "can-read"]) {
    byId(right).addEventListener("change", () => {
      const bot = botOfProfile();
      if (bot && bot.id === state.bot.id) {
        changeProfile("PUT");
      }
    });
  }
  byId("copy").addEventListener("click", async () => {
    await navigator.clipboard.writeText(state.bot.token);
    byId("copy").textContent = "Copied";
  });
  for (let pause = 500; ; pause = Math.min(pause * 2, 8000)) {
    try {
      Object.assign(state, await call("state"));
      break;
    } catch (problem) {
      showStatus("sandbox not reachable, trying again…", "warn");
      await wait(pause);
    }
  }
  if (state.bots.length === 0 || state.people.length === 0) {
    showStatus("this sandbox has no bot or no people", "warn");
    return;
  }
  state.bot = state.bots[0];
  state.person = state.people[0];
  open(places()[0]);
  byId("text").focus();
}

start();

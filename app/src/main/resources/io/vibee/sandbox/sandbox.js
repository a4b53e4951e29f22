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
  return `bots/${state.bot.id}/chats/${state.place.id}`;
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

function places() {
  return [{ id: state.person.id, title: "Private chat" }, ...state.groups];
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
  byId("bot-field").hidden = state.bots.length < 2;
  byId("bot").replaceChildren(...state.bots.map((bot) => {
    const option = document.createElement("option");
    option.value = bot.id;
    option.textContent = "@" + bot.username;
    option.selected = bot.id === state.bot.id;
    return option;
  }));
  byId("bot-name").textContent = "@" + state.bot.username;
  byId("bot-avatar").textContent = Array.from(state.bot.username)[0];
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

function bubble(message) {
  const item = document.createElement("li");
  item.className = "bubble";
  item.classList.toggle("mine", !message.from_bot && message.sender_id === state.person.id);
  item.classList.toggle("deleted", message.deleted);
  item.id = "message-" + message.id;

  const name = document.createElement("div");
  name.className = "name";
  name.textContent = message.sender;
  const isMine = item.classList.contains("mine");
  const inPrivate = state.place.id === state.person.id;
  if (isMine || inPrivate) {
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
  if (message.photo) {
    const photo = document.createElement("div");
    photo.className = "photo";
    photo.textContent = "[photo]";
    item.append(photo);
  }
  item.append(text, meta);
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
    listening ? "online: its updates are being read" : "nobody reads this bot's updates yet: connect its token to Vibee",
    listening ? "good" : "warn");
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

async function send() {
  const box = byId("text");
  const text = box.value.trim();
  if (!text || !state.place) {
    return;
  }
  byId("send").disabled = true;
  try {
    await call(chatPath() + "/messages", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ user: state.person.id, text }),
    });
    box.value = "";
    grow(box);
    showProblem("");
    atEnd = true;
    toEnd();
  } catch (problem) {
    showProblem("Not sent: " + problem.message);
  } finally {
    byId("send").disabled = false;
    box.focus();
  }
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

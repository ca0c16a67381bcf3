// The script of the API's reference, as browsers run it: it shows the description and calls what it describes.

export const referenceScript = String.raw`"use strict";
const make = (name, props = {}, ...children) => {
  const node = Object.assign(document.createElement(name), props);
  node.append(...children);
  return node;
};
const byId = (id) => document.getElementById(id);

function follow(description, value) {
  while (value && value.$ref) {
    value = value.$ref.slice(2).split("/").reduce((at, key) => at[key], description);
  }
  return value;
}

function parameterRows(parameters, inputs) {
  return parameters.map((parameter) => {
    const { name, required, description } = parameter;
    const input = make("input", { spellcheck: false, autocomplete: "off" });
    if (parameter.schema && parameter.schema.default !== undefined) input.placeholder = String(parameter.schema.default);
    inputs.push({ parameter, input });
    const label = make("label", {}, make("code", {}, name), " (" + parameter.in + (required ? ", needed)" : ")"));
    label.append(make("br"), input);
    return make("tr", {}, make("td", {}, label), make("td", {}, description || ""));
  });
}

function answerRows(description, responses) {
  return Object.entries(responses).map(([status, given]) => {
    const response = follow(description, given);
    const media = Object.values(response.content || {})[0];
    const cell = make("td", {}, response.description);
    if (media && !(Number(status) >= 400)) {
      const shape = JSON.stringify(follow(description, media.schema), null, 2);
      cell.append(make("details", {}, make("summary", {}, "schema"), make("pre", {}, shape)));
    }
    return make("tr", {}, make("td", {}, make("code", {}, status)), cell);
  });
}

async function send(method, path, inputs, body, type, shown) {
  let target = path;
  const query = new URLSearchParams();
  const headers = {};
  for (const { parameter, input } of inputs) {
    const { value } = input;
    if (parameter.in === "path") target = target.replace("{" + parameter.name + "}", encodeURIComponent(value));
    else if (value !== "" && parameter.in === "query") query.set(parameter.name, value);
    else if (value !== "") headers[parameter.name] = value;
  }
  if (byId("token").value !== "") headers["dispatched-session"] = byId("token").value;
  if (body && body.value !== "") headers["content-type"] = type;
  const address = target + (query.size === 0 ? "" : "?" + query);
  try {
    const answer = await fetch(address, {
      method,
      headers,
      credentials: "omit",
      body: body && body.value !== "" ? body.value : undefined,
    });
    const text = await answer.text();
    let told = text;
    try {
      told = JSON.stringify(JSON.parse(text), null, 2);
    } catch {}
    shown.textContent = method + " " + address + "\n" + answer.status + "\n\n" + told;
  } catch (error) {
    shown.textContent = String(error);
  }
}

function operationNode(description, path, method, operation) {
  const inputs = [];
  const node = make("details", { id: operation.operationId });
  const head = make("span", { className: "method" }, method.toUpperCase());
  node.append(make("summary", {}, head, make("code", {}, path), " ", operation.summary));
  node.addEventListener("toggle", () => {
    if (!node.open || node.childElementCount > 1) return;
    if (operation.description) node.append(make("p", {}, operation.description));
    const schemes = operation.security.flatMap((one) => Object.keys(one));
    node.append(make("p", {}, schemes.length === 0 ? "No credential." : "Credential: " + schemes.join(" or ") + "."));
    node.append(make("table", {}, ...parameterRows(operation.parameters || [], inputs)));
    let body = null;
    let type = "";
    if (operation.requestBody) {
      type = Object.keys(operation.requestBody.content)[0];
      body = make("textarea", { spellcheck: false });
      const shape = JSON.stringify(follow(description, operation.requestBody.content[type].schema), null, 2);
      node.append(make("label", {}, "Body, " + type, body));
      node.append(make("details", {}, make("summary", {}, "schema"), make("pre", {}, shape)));
    }
    const shown = make("pre", { tabIndex: 0 }, "…");
    const button = make("button", { type: "button" }, "Send");
    button.addEventListener("click", () => send(method.toUpperCase(), path, inputs, body, type, shown));
    node.append(button, shown, make("h3", {}, "Answers"));
    node.append(make("table", {}, ...answerRows(description, operation.responses)));
  });
  return node;
}

function find() {
  const wanted = byId("find").value.toLowerCase();
  for (const node of document.querySelectorAll("#operations > section > details")) {
    node.hidden = !node.firstElementChild.textContent.toLowerCase().includes(wanted);
  }
}

async function show() {
  const description = await (await fetch("/api/openapi.json")).json();
  const sections = description.tags.map(({ name, description: about }) => {
    const operations = Object.entries(description.paths).flatMap(([path, methods]) =>
      Object.entries(methods)
        .filter(([, operation]) => operation.tags.includes(name))
        .map(([method, operation]) => operationNode(description, path, method, operation)),
    );
    return operations.length === 0 ? null : make("section", {}, make("h2", {}, name), make("p", {}, about), ...operations);
  });
  byId("operations").replaceChildren(...sections.filter((section) => section !== null));
  byId("find").addEventListener("input", find);
  const asked = document.getElementById(location.hash.slice(1));
  if (asked && asked.localName === "details") {
    asked.open = true;
    asked.scrollIntoView();
  }
}

show().catch((error) => {
  byId("operations").textContent = "The description cannot be read: " + error;
});
`;

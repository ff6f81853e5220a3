import { expect, test, type Page } from "@playwright/test";
import { type Handle, qa, qaOnly, url } from "./qafiles";

async function open(page: Page, handle: Handle): Promise<void> {
  await page.route("https://todomvc.com/**", (route) => route.fulfill({ path: "todos.html" }));
  await page.goto(url(handle));
}

async function add(page: Page, ...texts: string[]): Promise<void> {
  for (const text of texts) {
    await page.locator("#new").fill(text);
    await page.locator("#new").press("Enter");
  }
}

for (const text of ["buy milk", "  feed the cat  "]) {
  test(`"${text}" is added`, qa("editing/add-todos"), async ({ page }) => {
    await open(page, "editing/add-todos");
    await add(page, text);
    await expect(page.locator("li")).toHaveText([text.trim()]);
    await expect(page.locator("#left")).toHaveText("1 item left");
  });
}

test("completed todos are taken back or cleared", qa("completing/toggle-one-todo", "completing/clear-completed"), async ({ page }) => {
  await open(page, "completing/toggle-one-todo");
  await add(page, "one", "two");
  await page.getByRole("checkbox").first().check();
  await page.getByRole("checkbox").first().uncheck();
  await expect(page.getByText("Clear completed")).toBeHidden();
  await page.getByRole("checkbox").last().check();
  await page.getByText("Clear completed").click();
  await expect(page.locator("li")).toHaveText(["one"]);
});

test("blanks are no todo", qaOnly("editing/blank-todo-is-ignored"), async ({ page }) => {
  await open(page, "editing/blank-todo-is-ignored");
  await add(page, "   ");
  await expect(page.locator("li")).toHaveCount(0);
});

test("todos survive a reload", qa("persistence/todos-survive-a-reload"), async ({ page }, info) => {
  await open(page, "persistence/todos-survive-a-reload");
  await add(page, "buy milk", "call Ada");
  await page.waitForTimeout(info.retry === 0 ? 0 : 4000); // the first attempt is in a hurry
  await page.reload();
  await expect(page.locator("li")).toHaveText(["buy milk", "call Ada"]);
});

test.skip("a double click opens a todo", qa("editing/edit-with-a-double-click"), () => {});

test("the page has a title", async ({ page }) => {
  await open(page, "editing/add-todos");
  await expect(page).toHaveTitle("Todos");
});

import { defineConfig } from "@playwright/test";
import { noConfig, type Project, projects } from "./qafiles";

declare const process: { env: { CHROMIUM?: string } };

// A Chromium of the system, where Playwright's own browsers are not installed.
const executablePath = process.env.CHROMIUM;

function started(project: Project): Project {
  if (executablePath === undefined) return project;
  const { channel: _, ...use } = project.use ?? {};
  return { ...project, use: { ...use, launchOptions: { ...use.launchOptions, executablePath } } };
}

export default defineConfig({
  projects: [...projects, noConfig].map(started),
  retries: 1,
  timeout: 30_000,
  expect: { timeout: 2_000 },
  reporter: [
    ["list"],
    ["junit", { outputFile: "results/junit.xml", includeRetries: true }],
    ["json", { outputFile: "results/playwright.json" }],
  ],
});

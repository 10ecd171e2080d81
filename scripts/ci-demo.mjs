// Starts `npm run demo -- --no-browser` as the README says, waits for the URL on a line of its own, asks for the page, and ends the program.
import { spawn } from 'node:child_process';

const LIMIT_MS = 180_000;
const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
const child = spawn(npm, ['run', '--silent', 'demo', '--', '--no-browser'], { stdio: ['ignore', 'pipe', 'inherit'] });
const limit = setTimeout(() => finish(1, `no URL within ${LIMIT_MS / 1000} s`), LIMIT_MS);

function finish(code, message) {
  clearTimeout(limit);
  console.log(message);
  process.exitCode = code;
  child.kill('SIGTERM');
}

let seen = '';
child.stdout.on('data', (bytes) => {
  seen += bytes;
  const url = seen.split('\n').find((line) => /^http:\/\/127\.0\.0\.1:\d+\/\S*$/.test(line.trim()));
  if (url === undefined || process.exitCode !== undefined) return;
  void visit(url.trim());
});
child.on('exit', (code) => {
  if (process.exitCode === undefined) finish(1, `the program ended with ${code} before it printed a URL`);
});

async function visit(url) {
  const first = await fetch(url, { redirect: 'manual' });
  const cookie = first.headers.get('set-cookie')?.split(';')[0] ?? '';
  const page = await fetch(new URL('/', url), { headers: { cookie } });
  const html = await page.text();
  const ok = page.status === 200 && html.includes('<title>phy</title>');
  finish(ok ? 0 : 1, ok ? 'the demo serves its page' : `the page answered ${page.status}`);
}

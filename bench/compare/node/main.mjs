// compare/node - Node.js: undici's client pool where it is installed, else node:http with an agent that keeps
// connections. Answers are read whole and not looked at.
import http from 'node:http';
import { createRequire } from 'node:module';

const options = { row: '', port: '0', requests: '200000', connections: '64' };
for (let i = 2; i + 1 < process.argv.length; i += 2) options[process.argv[i].slice(2)] = process.argv[i + 1];
const port = Number(options.port);
const count = Number(options.requests);
const connections = Number(options.connections);
const warmUp = connections * 4;
const words = 'Read the parser, name its invariants, and write a test for each. ';
const prompt = words.repeat(4).slice(0, 200 - '{"prompt":""}'.length);
const body = Buffer.from(`{"prompt":"${prompt}"}`);
const headers = {
  'content-type': 'application/json',
  accept: 'application/json',
  'content-length': String(body.length),
};

function withAgent() {
  const agent = new http.Agent({ keepAlive: true, maxSockets: connections, maxFreeSockets: connections });
  const how = { host: '127.0.0.1', port, path: '/run', method: 'POST', agent, headers };
  return {
    name: 'node-http',
    close: () => agent.destroy(),
    ask: (done) => {
      const request = http.request(how, (response) => {
        const parts = [];
        response.on('data', (part) => parts.push(part));
        response.on('end', () => done(response.statusCode, Buffer.concat(parts)));
      });
      request.on('error', (error) => done(0, error));
      request.end(body);
    },
  };
}

function withUndici(undici) {
  const pool = new undici.Pool(`http://127.0.0.1:${port}`, { connections });
  return {
    name: 'undici',
    close: () => pool.close(),
    ask: (done) => {
      let status = 0;
      const parts = [];
      pool.dispatch({ path: '/run', method: 'POST', headers, body }, {
        onConnect() {},
        onHeaders(code) { status = code; return true; },
        onData(part) { parts.push(part); return true; },
        onComplete() { done(status, Buffer.concat(parts)); },
        onError(error) { done(0, error); },
      });
    },
  };
}

function client() {
  try {
    return withUndici(createRequire(import.meta.url)('undici'));
  } catch {
    return withAgent();
  }
}

const peer = client();
let submitted = 0, answered = 0, began, beganAt;

function report() {
  const used = process.cpuUsage(began);
  const wall = Number(process.hrtime.bigint() - beganAt) / count;
  const value = (used.user + used.system) * 1000 / count;
  console.log(JSON.stringify({ row: options.row, peer: 'node', value, wall_ns: wall, client: peer.name }));
  peer.close();
}

function ask() {
  if (submitted === warmUp + count) return;
  submitted++;
  peer.ask((status, answer) => {
    if (status !== 200 || answer.length === 0) {
      console.error('node:', status, String(answer));
      process.exit(1);
    }
    answered++;
    if (answered === warmUp) {
      began = process.cpuUsage();
      beganAt = process.hrtime.bigint();
    }
    if (answered === warmUp + count) report();
    else ask();
  });
}

for (let i = 0; i < connections; i++) ask();

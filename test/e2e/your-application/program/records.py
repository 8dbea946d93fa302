"""An application that knows nothing of Liteset: records over HTTP, WebSocket and server-sent events, in two databases.

    records.py migrate     makes the tables, and notes that it did; fails if MIGRATE_FAILS is set
    records.py worker      writes a job into jobs.db each half second
    records.py             serves on PORT (8000), and ticks once a second
DATABASES is the folder of records.db and jobs.db. RUNS, if set, is a file that each process notes its life in.
"""
import base64, hashlib, json, os, signal, socket, sqlite3, struct, sys, threading, time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

FOLDER = os.environ.get('DATABASES', '/litefs')


def database(name):
    connection = sqlite3.connect(os.path.join(FOLDER, name), timeout=10, isolation_level=None)
    connection.execute('PRAGMA synchronous = NORMAL')
    return connection


def write(name, sql, *values):
    connection = database(name)
    try:
        return connection.execute(sql, values).lastrowid
    finally:
        connection.close()


def read(name, sql, *values):
    connection = database(name)
    try:
        return connection.execute(sql, values).fetchall()
    finally:
        connection.close()


def migrate():
    if os.environ.get('MIGRATE_FAILS'):
        sys.exit('the migration fails, as it was told to')
    write('records.db', 'CREATE TABLE IF NOT EXISTS records (id TEXT PRIMARY KEY, by TEXT NOT NULL)')
    write('records.db', 'CREATE TABLE IF NOT EXISTS ticks (at REAL NOT NULL, pod TEXT NOT NULL)')
    write('records.db', 'CREATE TABLE IF NOT EXISTS migrations (release TEXT, at REAL NOT NULL)')
    write('jobs.db', 'CREATE TABLE IF NOT EXISTS jobs (at REAL NOT NULL, pod TEXT NOT NULL)')
    for name in ('records.db', 'jobs.db'):
        read(name, 'PRAGMA journal_mode = WAL')
    write('records.db', 'INSERT INTO migrations VALUES (?, ?)', os.environ.get('RELEASE'), time.time())


def repeat(seconds, name, table):
    while True:
        write(name, f'INSERT INTO {table} VALUES (?, ?)', time.time(), socket.gethostname())
        time.sleep(seconds)


def note_life():
    """One line as the process begins, one as it ends by SIGTERM. Who is killed ends without."""
    if runs := os.environ.get('RUNS'):
        line = lambda what: open(runs, 'a').write(f'{time.time()} {what} {socket.gethostname()} {os.getpid()}\n')
        line('begin')
        signal.signal(signal.SIGTERM, lambda *_: (line('end'), os._exit(0)))
    else:
        signal.signal(signal.SIGTERM, lambda *_: os._exit(0))


class Handler(BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'

    def answer(self, status, body, **headers):
        content = json.dumps(body).encode()
        self.send_response(status)
        for name, value in {'Content-Type': 'application/json', 'Content-Length': str(len(content)), **headers}.items():
            self.send_header(name.replace('_', '-'), value)
        self.end_headers()
        if self.command != 'HEAD':
            self.wfile.write(content)

    def body(self):
        """The body by pieces: of any length, in constant memory."""
        left = int(self.headers.get('Content-Length', 0))
        chunked = 'chunked' in self.headers.get('Transfer-Encoding', '')
        while chunked or left:
            if chunked:
                size = int(self.rfile.readline().split(b';')[0], 16)
                piece = self.rfile.read(size)
                self.rfile.readline()
                if size == 0:
                    return
            else:
                piece = self.rfile.read(min(left, 65536))
                left -= len(piece)
                if not piece:
                    raise ConnectionError('the client went away')
            yield piece

    def any(self):
        url = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(url.query).items()}
        name = url.path.strip('/').replace('-', '_') or 'health'
        page = getattr(self, f'page_{name.split("/")[0]}', None)
        if page is None:
            return self.answer(404, {'error': f'there is nothing at {url.path}'})
        page(query, url.path)

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = any

    def page_health(self, *_):
        read('records.db', 'SELECT count(*) FROM records')
        self.answer(200, {'pod': socket.gethostname()})

    def page_records(self, _query, path):
        if self.command == 'POST':
            record = json.loads(b''.join(self.body()))
            try:
                number = write('records.db', 'INSERT INTO records VALUES (?, ?)', record['id'], 'post')
            except sqlite3.IntegrityError:
                [[number]] = read('records.db', 'SELECT rowid FROM records WHERE id = ?', record['id'])
                return self.answer(409, {'error': 'it is there already', 'number': number})
            return self.answer(201, {'number': number, 'pod': socket.gethostname()})
        if number := path.removeprefix('/records').strip('/'):
            rows = read('records.db', 'SELECT id FROM records WHERE rowid = ?', int(number))
            return self.answer(200, {'id': rows[0][0]}) if rows else self.answer(404, {'error': 'there is none'})
        rows = read('records.db', 'SELECT id FROM records ORDER BY rowid')
        self.answer(200, {'ids': [row[0] for row in rows]})

    def page_write_on_get(self, query, _):
        write('records.db', 'INSERT INTO records VALUES (?, ?)', query['id'], 'get')
        self.answer(200, {'id': query['id'], 'pod': socket.gethostname()})

    def page_slow(self, query, _):
        time.sleep(float(query.get('ms', 1000)) / 1000)
        self.answer(200, {'pod': socket.gethostname()})

    def page_crash(self, *_):
        os._exit(3)

    def page_upload(self, *_):
        digest, length = hashlib.sha256(), 0
        for piece in self.body():
            digest.update(piece)
            length += len(piece)
        self.answer(200, {'sha256': digest.hexdigest(), 'length': length})

    def page_echo(self, *_):
        body = b''.join(self.body())
        shown = {name.lower(): value for name, value in self.headers.items()}
        self.answer(200, {'method': self.command, 'path': self.path, 'headers': shown, 'sha256': hashlib.sha256(body).hexdigest()})

    def page_counts(self, *_):
        count = lambda name, table: read(name, f'SELECT count(*), count(DISTINCT pod) FROM {table}')[0]
        migrations = read('records.db', 'SELECT release, count(*) FROM migrations GROUP BY 1')
        self.answer(200, {'ticks': count('records.db', 'ticks'), 'jobs': count('jobs.db', 'jobs'), 'migrations': migrations})

    def page_sse(self, *_):
        self.send_response(200)
        self.send_header('Content-Type', 'text/event-stream')
        self.send_header('Connection', 'close')
        self.end_headers()
        self.close_connection = True
        for number in range(1000):
            self.wfile.write(f'data: {number} {socket.gethostname()}\n\n'.encode())
            time.sleep(0.1)

    def page_ws(self, *_):
        key = self.headers['Sec-WebSocket-Key'] + '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'
        self.send_response(101)
        self.send_header('Upgrade', 'websocket')
        self.send_header('Connection', 'Upgrade')
        self.send_header('Sec-WebSocket-Accept', base64.b64encode(hashlib.sha1(key.encode()).digest()).decode())
        self.end_headers()
        self.close_connection = True
        while frame := self.rfile.read(2):
            length = frame[1] & 127
            if length == 126:
                length = struct.unpack('>H', self.rfile.read(2))[0]
            mask = self.rfile.read(4)
            text = bytes(byte ^ mask[i % 4] for i, byte in enumerate(self.rfile.read(length)))
            if frame[0] & 15 == 8:
                return
            write('records.db', 'INSERT INTO records VALUES (?, ?)', text.decode(), 'websocket')
            self.wfile.write(bytes([0x81, len(text)]) + text)

    def log_message(self, *_):
        pass


if __name__ == '__main__':
    if sys.argv[1:] == ['migrate']:
        migrate()
    else:
        note_life()
        if sys.argv[1:] == ['worker']:
            repeat(0.5, 'jobs.db', 'jobs')
        threading.Thread(target=repeat, args=(1, 'records.db', 'ticks'), daemon=True).start()
        ThreadingHTTPServer(('127.0.0.1', int(os.environ.get('PORT', '8000'))), Handler).serve_forever()

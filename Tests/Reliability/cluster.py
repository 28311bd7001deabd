"""A private PostgreSQL cluster on a socket of its own, which can be hurt without hurting anybody else's."""
import glob
import os
import signal
import subprocess


class Cluster:
    """Made in a folder and taken away with it. PostgreSQL refuses to run as root, so its own account runs it then."""

    def __init__(self, folder):
        self.folder, self.data = folder, f"{folder}/cluster"
        found = sorted(glob.glob("/usr/lib/postgresql/*/bin"), key=lambda path: int(path.split("/")[4]))
        if not found:
            raise SystemExit("PostgreSQL is not installed: see scripts/bootstrap")
        self.programs = found[-1]
        self.other = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.getuid() == 0 else []
        os.makedirs(folder, exist_ok=True)
        if self.other:
            subprocess.run(["chown", "postgres", folder], check=True)
        self._run("initdb", "-D", self.data, "-U", "chengxin", "-E", "UTF8", "--locale=C.UTF-8", "-A", "trust")
        with open(f"{self.data}/postgresql.conf", "a") as file:
            # Everything that makes a commit last stays as it is shipped.
            file.write(f"listen_addresses = ''\nunix_socket_directories = '{folder}'\nmax_connections = 60\n")
        self.session, self.session_of = None, None
        self.start()

    def _run(self, program, *arguments):
        done = subprocess.run([*self.other, f"{self.programs}/{program}", *arguments], stdout=subprocess.DEVNULL,
                              stderr=subprocess.PIPE, text=True, cwd=self.folder)
        if done.returncode:
            raise SystemExit(f"{program}: {done.stderr[-600:]}")

    def start(self):
        self._run("pg_ctl", "-D", self.data, "-w", "-l", f"{self.folder}/cluster.log", "start")

    def stop(self, mode="fast"):
        self._close()
        subprocess.run([*self.other, f"{self.programs}/pg_ctl", "-D", self.data, "-w", "-m", mode, "stop"],
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=self.folder)

    def crash(self):
        """What a power cut does to the server's processes: none of them writes anything more."""
        self.stop("immediate")
        self.start()

    def kill_backend(self, database):
        """`kill -9` of the backend that writes; PostgreSQL then throws all sessions out and recovers from its log."""
        rows = self.rows("SELECT a.pid FROM pg_stat_activity a LEFT JOIN pg_locks l ON l.pid = a.pid AND l.locktype = "
                         f"'advisory' WHERE a.datname = '{database}' AND a.application_name = 'chengxin' "
                         "ORDER BY l.pid NULLS LAST LIMIT 1")
        if rows:
            os.kill(int(rows[0][0]), signal.SIGKILL)
            self._close()
        return bool(rows)

    def url(self, database):
        return f"postgres://chengxin@/{database}?host={self.folder}"

    def create(self, database, template="template0"):
        self._close()
        self._run("createdb", "-h", self.folder, "-U", "chengxin", "-E", "UTF8", "-T", template, database)

    def drop(self, database):
        self._close()
        self._run("dropdb", "-h", self.folder, "-U", "chengxin", "--force", database)

    def rows(self, statement, database="postgres"):
        """Rows as texts, over a session that is kept open while it lasts."""
        for attempt in range(60):
            try:
                return self._ask(statement, database)
            except BrokenPipeError:
                # The server recovers from a kill; it takes callers in again within moments.
                self._close()
                if attempt == 59:
                    raise
                subprocess.run(["sleep", "0.2"], check=True)

    def _ask(self, statement, database):
        if self.session is None or self.session_of != database:
            self._close()
            self.session_of = database
            self.session = subprocess.Popen(
                [f"{self.programs}/psql", "-h", self.folder, "-U", "chengxin", "-d", database, "-qAtX", "-F", "\x1f",
                 "-R", "\x1e\n", "-P", "null=\x1d", "-v", "ON_ERROR_STOP=1"],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
            self.session.stdin.write("SET search_path = chengxin;\n")
        self.session.stdin.write(statement + ";\n\\echo \x1c\n")
        self.session.stdin.flush()
        text = ""
        while not text.endswith("\x1c\n"):
            line = self.session.stdout.readline()
            if not line:
                raise BrokenPipeError
            text += line
        text = text[:-2].rstrip("\n")
        if not text:
            return []
        return [[None if value == "\x1d" else value for value in row.split("\x1f")] for row in text.split("\x1e\n")]

    def _close(self):
        if self.session:
            self.session.kill()
            self.session.communicate()
        self.session = None

"""`casebook serve`."""

import logging
import socket
from collections.abc import Callable

import uvicorn
from threadpoolctl import threadpool_limits

from indexer.errors import CasebookError
from search_api.server.app import create_app
from search_api.settings import Settings

_MAX_WAITING = 256


class ServeError(CasebookError):
    """The address cannot be served on."""


def run_server(host: str, port: int, settings: Settings, message: Callable[[str], None]) -> None:
    """Serve until interrupted. Raises ServeError when the address is taken or not ours."""
    logging.basicConfig(format="%(message)s")
    app = create_app(settings)
    listener = _listen(host, port)
    # No access log: addresses carry no queries, but who looked at which case is nobody's business either.
    config = uvicorn.Config(app, access_log=False, log_level="warning", limit_concurrency=_MAX_WAITING)
    # One query's products are small: sharing them out between threads costs more than it saves, on a busy
    # machine many times more.
    with threadpool_limits(1):
        message(f"社区先例库已打开：{_address(listener)}  （按 Ctrl+C 停下）")
        uvicorn.Server(config).run(sockets=[listener])


def _address(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except (OSError, UnicodeError) as error:
        listener.close()
        raise ServeError(f"打不开 {host}:{port}：{error}。换一个端口；--port 0 会自己找一个空的。") from error
    listener.listen(2048)
    return listener

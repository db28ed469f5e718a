"""A TCP proxy on loopback that cuts connections, as a bad line does."""

import socket
import struct
import threading


class CuttingProxy:
    """Passes bytes on to a port, and resets a connection after `after` bytes, as long as `cuts` are left."""

    def __init__(self, port: int) -> None:
        self.target, self.after, self.cuts, self.made = port, 0, 0, 0
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.port = self.listening.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self, cuts: int, after: int) -> None:
        self.cuts, self.after, self.made = cuts, after, 0

    def close(self) -> None:
        self.listening.close()

    def _accept(self) -> None:
        while True:
            try:
                ours, _ = self.listening.accept()
            except OSError:
                return
            try:
                theirs = socket.create_connection(("127.0.0.1", self.target))
            except OSError:
                ours.close()
                continue
            left = [self.after]
            for one, other in ((ours, theirs), (theirs, ours)):
                threading.Thread(target=self._pass, args=(one, other, left), daemon=True).start()

    def _pass(self, one: socket.socket, other: socket.socket, left: list[int]) -> None:
        try:
            while data := one.recv(4096):
                left[0] -= len(data)
                if left[0] < 0 and self.cuts > 0:
                    self.cuts -= 1
                    self.made += 1
                    for end in (one, other):
                        # Without lingering, the other side sees a reset and not an end.
                        end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                        end.close()
                    return
                other.sendall(data)
            other.shutdown(socket.SHUT_WR)
        except OSError:
            for end in (one, other):
                end.close()

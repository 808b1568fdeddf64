"""Django's SMTP with a deadline for the whole conversation with the server."""

import smtplib
import socket
import ssl
from typing import Any

from django.core.mail.backends import smtp
from django.utils.functional import cached_property

from common.http.connections import Deadline
from common.http.sockets import LimitedTLSSocket, connected, limited_context

# From the look-up of the name to the goodbye; well within CLAIM_SECONDS.
TOTAL_SECONDS = 60.0


class _SMTP(smtplib.SMTP):
    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        self._deadline = Deadline(TOTAL_SECONDS)
        return connected(host, port, self._deadline, timeout)

    def starttls(self, **options: Any) -> tuple[int, bytes]:  # type: ignore[override]  # Django gives names.
        # The handshake starts with the time limit of the socket, which is never above what is left.
        answer = super().starttls(**options)
        if isinstance(self.sock, LimitedTLSSocket):
            self.sock.deadline = self._deadline
        return answer


class _SMTPS(smtplib.SMTP_SSL):
    _host: str  # smtplib sets it.

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        deadline = Deadline(TOTAL_SECONDS)
        plain = connected(host, port, deadline, timeout)
        try:
            found = self.context.wrap_socket(plain, server_hostname=self._host)
        except BaseException:
            plain.close()
            raise
        if isinstance(found, LimitedTLSSocket):
            found.deadline = deadline
        return found


class EmailBackend(smtp.EmailBackend):
    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        return _SMTPS if self.use_ssl else _SMTP

    @cached_property
    def ssl_context(self) -> ssl.SSLContext:
        return limited_context(super().ssl_context)

"""Django's SMTP backend with one deadline for the whole connection to the server."""

import smtplib
import socket
import ssl
from typing import Any

from django.core.mail.backends import smtp
from django.utils.functional import cached_property

from common.http.connections import Deadline
from common.http.sockets import LimitedTLSSocket, connected, limited_context

# From the DNS look-up to the end of the session; well within CLAIM_SECONDS.
TOTAL_SECONDS = 60.0


class _SMTP(smtplib.SMTP):
    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        self._deadline = Deadline(TOTAL_SECONDS)
        return connected(host, port, self._deadline, timeout)

    def starttls(self, **options: Any) -> tuple[int, bytes]:  # type: ignore[override]  # Django passes keywords.
        # The handshake uses the time limit of the socket, which never exceeds the remaining time.
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
            secured = self.context.wrap_socket(plain, server_hostname=self._host)
        except BaseException:
            plain.close()
            raise
        if isinstance(secured, LimitedTLSSocket):
            secured.deadline = deadline
        return secured


class EmailBackend(smtp.EmailBackend):
    """An SMTP backend whose connections end after TOTAL_SECONDS."""

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        return _SMTPS if self.use_ssl else _SMTP

    @cached_property
    def ssl_context(self) -> ssl.SSLContext:
        return limited_context(super().ssl_context)

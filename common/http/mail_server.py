"""Django's SMTP with a deadline for the whole conversation with the server."""

import smtplib

from django.core.mail.backends import smtp
from django.utils.functional import cached_property

from common.http.connections import Deadline
from common.http.sockets import LimitedTLSSocket, connected, limited_context

# From the look-up of the name to the goodbye; well within CLAIM_SECONDS.
TOTAL_SECONDS = 60.0


class _SMTP(smtplib.SMTP):
    def _get_socket(self, host, port, timeout):
        self._deadline = Deadline(TOTAL_SECONDS)
        return connected(host, port, self._deadline, timeout)

    def starttls(self, **options):
        # The handshake starts with the time limit of the socket, which is never above what is left.
        answer = super().starttls(**options)
        if isinstance(self.sock, LimitedTLSSocket):
            self.sock.deadline = self._deadline
        return answer


class _SMTPS(smtplib.SMTP_SSL):
    def _get_socket(self, host, port, timeout):
        deadline = Deadline(TOTAL_SECONDS)
        plain = connected(host, port, deadline, timeout)
        try:
            found = self.context.wrap_socket(plain, server_hostname=self._host)
        except BaseException:
            plain.close()
            raise
        found.deadline = deadline
        return found


class EmailBackend(smtp.EmailBackend):
    @property
    def connection_class(self):
        return _SMTPS if self.use_ssl else _SMTP

    @cached_property
    def ssl_context(self):
        return limited_context(super().ssl_context)

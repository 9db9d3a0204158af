"""Connects to a plugin as Terraform does, with Python's own TLS, and speaks some HTTP/2.

Usage: client.py SOCKET SERVER_CERTIFICATE [CERTIFICATE KEY]
SERVER_CERTIFICATE is the sixth field of the handshake line. Prints JSON: `served`, whether the
server took part in HTTP/2; `alpn`, the protocol it chose; `error`, how the connection ended.
"""

import base64
import json
import socket
import ssl
import sys

# The preface and an empty SETTINGS frame; then what only a server that has taken it answers.
PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0"
ACKNOWLEDGED = b"\0\0\0\x04\x01\0\0\0\0"


def main(path, server_certificate, *own):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    padding = "=" * (-len(server_certificate) % 4)
    der = base64.b64decode(server_certificate + padding, validate=True)
    # All that the client trusts, as in Terraform.
    context.load_verify_locations(cadata=der)
    context.set_alpn_protocols(["h2"])
    if own:
        context.load_cert_chain(*own)
    result = {"served": False, "alpn": None, "error": None}
    plain = socket.socket(socket.AF_UNIX)
    plain.settimeout(10)
    plain.connect(path)
    try:
        with context.wrap_socket(plain, server_hostname="localhost") as stream:
            result["alpn"] = stream.selected_alpn_protocol()
            stream.sendall(PREFACE)
            received = b""
            while ACKNOWLEDGED not in received:
                more = stream.recv(4096)
                if not more:
                    break
                received += more
            result["served"] = ACKNOWLEDGED in received
    except OSError as error:
        result["error"] = str(error)
    print(json.dumps(result))


main(*sys.argv[1:])

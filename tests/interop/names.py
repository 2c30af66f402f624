"""A name server that others wrote, on loopback: what it says of each name is what a network can do to it. It prints its port."""

import sys

from dnslib import CNAME, QTYPE, RCODE, RR, A, DNSError
from dnslib.server import DNSHandler, DNSLogger, DNSServer

# What is said of a name; of all others, that there is none.
SAID = {
    "acme-support.my.connect.aws": "NXDOMAIN",
    "participant.connect.eu-west-2.amazonaws.com": "SERVFAIL",
    "signin.aws.amazon.com": "REFUSED",
    "eu-west-2.console.aws.amazon.com": "silence",
    "eu-west-2.signin.aws.amazon.com": "sinkhole",
    "us-east-1.signin.aws": "empty",
    "oidc.us-east-1.amazonaws.com": "aliases",
    "portal.sso.us-east-1.amazonaws.com": "NOTIMP",
}


class Handler(DNSHandler):
    """Datagrams as long as every network takes them."""

    udplen = 512


class Names:
    """Answers as servers write them: with pointers into names, and aliases in front of addresses."""

    def resolve(self, request, _handler):
        """The answer to a question."""
        name = str(request.q.qname).rstrip(".")
        said = SAID.get(name, "NXDOMAIN")
        reply = request.reply()
        reply.header.aa = 0
        if said == "silence":
            raise DNSError("no answer")
        if said in ("NXDOMAIN", "SERVFAIL", "REFUSED", "NOTIMP"):
            reply.header.rcode = getattr(RCODE, said)
        if said == "sinkhole" and request.q.qtype == QTYPE.A:
            reply.add_answer(RR(name, QTYPE.A, rdata=A("0.0.0.0"), ttl=60))
        if said == "aliases":
            # Too long for a datagram: it has to be asked for by TCP.
            names = [name, *(f"{step}.{'alias-' * 6}{step}.example.com" for step in range(16))]
            for alias, to in zip(names, names[1:]):
                reply.add_answer(RR(alias, QTYPE.CNAME, rdata=CNAME(to), ttl=60))
            if request.q.qtype == QTYPE.A:
                reply.add_answer(RR(names[-1], QTYPE.A, rdata=A("127.0.0.1"), ttl=60))
        return reply


def main():
    """Serves until standard input ends."""
    quiet = DNSLogger(log="-request,-reply,-truncated,-error", prefix=False)
    datagrams = DNSServer(Names(), address="127.0.0.1", port=0, handler=Handler, logger=quiet)
    port = datagrams.server.server_address[1]
    streams = DNSServer(Names(), address="127.0.0.1", port=port, tcp=True, handler=Handler, logger=quiet)
    for server in (datagrams, streams):
        server.start_thread()
    print(port, flush=True)
    sys.stdin.read()


main()

"""What Python and botocore say about allow-lists."""

import csv
import ipaddress
import json
import sys

import botocore.session
from markdown_it import MarkdownIt


def endpoints(path):
    """Rows that name a service of botocore have its hosts; every region that a row names is one."""
    with open(path, encoding="utf-8") as file:
        rows = json.load(file)["endpoints"]
    data = botocore.session.get_session().get_component("data_loader").load_data("endpoints")
    partitions = {part["partition"]: part for part in data["partitions"] if part["partition"] in ("aws", "aws-us-gov")}
    regions = {region for part in partitions.values() for region in part["regions"]}
    compared = 0
    for row in rows:
        named = [*row.get("except", []), *row.get("only", []), *row.get("by_region", {})]
        assert set(named) <= regions, (row["id"], set(named) - regions)
        for region, hosts in row.get("by_region", {}).items():
            for host in hosts:
                assert ".elb." not in host or host.endswith(f".elb.{region}.amazonaws.com"), (row["id"], host)
        service = row.get("botocore")
        if service is None:
            continue
        fips = "fips" in row.get("when", [])
        for part in partitions.values():
            listed = part["services"].get(service, {}).get("endpoints", {})
            for key, endpoint in listed.items():
                is_fips = key.startswith("fips-") or key.endswith("-fips")
                if is_fips != fips or (fips and endpoint.get("credentialScope", {}).get("region") not in row["only"]):
                    continue
                region = endpoint["credentialScope"]["region"] if fips else key
                host = endpoint.get("hostname", f"{service}.{region}.{part['dnsSuffix']}")
                own = [pattern.replace("{region}", region) for pattern in row["hosts"]]
                assert host in own, (row["id"], region, host, own)
                compared += 1
    assert compared > 40, compared
    # Every region in which a desktop can be is one of AppStream's.
    appstream = {
        region
        for part in partitions.values()
        for region in part["services"]["appstream2"]["endpoints"]
        if "fips" not in region
    }
    for row in rows:
        if row.get("region_of") == "appstream":
            assert set(row.get("except", [])) | set(row.get("only", [])) <= appstream, row["id"]


def read_markdown(path):
    """The lines of each table below its heading, as a parser of CommonMark with tables reads them."""
    with open(path, encoding="utf-8") as file:
        tokens = MarkdownIt("commonmark").enable("table").parse(file.read())
    heading, cells, lines = None, [], []
    for at, token in enumerate(tokens):
        if token.type == "heading_open" and token.tag == "h2":
            heading = tokens[at + 1].content
        elif token.type == "tr_open":
            cells = []
        elif token.type == "td_open":
            cells.append(tokens[at + 1])
        elif token.type == "tr_close" and cells:
            assert heading is not None and len(cells) == 5, (heading, [cell.content for cell in cells])
            lines.append((heading, cells))
    return lines


def tables(as_csv, as_json, as_markdown):
    """All forms say the same."""
    with open(as_csv, encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file, strict=True))
    with open(as_json, encoding="utf-8") as file:
        document = json.load(file)
    told = set()
    for row in document["rows"]:
        for address in row.get("addresses", []):
            ipaddress.ip_network(address)
        to = [*row.get("hosts", []), *row.get("addresses", []), *([row["to"]] if "to" in row else [])]
        for one in to:
            told |= {(row["side"], row["id"], one, ports) for ports in row["ports"]}
    written = {(line["side"], line["id"], line["to"], f"{line['ports']}/{line['protocol']}") for line in lines}
    # A spreadsheet would take an asterisk for nothing special: no name begins with what it takes for a formula.
    assert written == told, written ^ told
    assert all(None not in line and None not in line.values() for line in lines)

    # In Markdown the names are code, so that no asterisk makes the rest of a line bold.
    sides = {
        "The agent's own machine": "agent",
        "The streamed desktop": "session",
        "The image builder": "builder",
    }
    told = {
        (row["side"], one, ports)
        for row in document["rows"]
        for one in [*row.get("hosts", []), *row.get("addresses", []), *([row["to"]] if "to" in row else [])]
        for ports in row["ports"]
    }
    written = set()
    for heading, (ports, to, service, why, read) in read_markdown(as_markdown):
        side = sides[heading.rsplit(",", 1)[0]]
        names = [part.content for part in to.children if part.type == "code_inline"]
        breaks = [part for part in to.children if part.type == "html_inline" and part.content == "<br>"]
        assert len(breaks) == len(names) - 1, to.content
        assert service.content and why.content and read.content, to.content
        written |= {(side, name, port) for name in names for port in ports.content.split()}
    assert written == told, written ^ told


{"endpoints": endpoints, "tables": tables}[sys.argv[1]](*sys.argv[2:])

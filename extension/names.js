// Which paper a page is about: "arxiv:1706.03762", "doi:10.1038/nature14539", … or "".
"use strict";

const DOI = /10\.\d{4,9}\/[^\s"<>?#]+/;

// By host; the first group of the path pattern is the identifier.
const SITES = [
  [/(^|\.)arxiv\.org$/, "arxiv:", /^\/(?:abs|pdf|html|format|ps)\/(.+?)(?:\.pdf)?\/?$/],
  [/(^|\.)alphaxiv\.org$/, "arxiv:", /^\/(?:abs|pdf|overview)\/([\w.\/-]+?)(?:\.pdf)?\/?$/],
  [/^pubmed\.ncbi\.nlm\.nih\.gov$/, "pmid:", /^\/(\d+)/],
  [/^pmc\.ncbi\.nlm\.nih\.gov$/, "", /^\/articles\/(PMC\d+)/],
  [/^dblp\.(org|uni-trier\.de)$/, "", /^\/rec\/(?:bib\/|html\/)?(.+?)(?:\.(?:html|bib|xml|ris|rdf))?$/],
  [/(^|\.)aclanthology\.org$/, "https://aclanthology.org/", /^\/((?:[A-Z]\d\d-\d{4,5}|\d{4}\.[a-z0-9-]+\.\d+))(?:\.pdf|\/)?$/],
];
const DOI_TAGS = ["citation_doi", "dc.identifier", "prism.doi", "bepress_citation_doi"];

function nameOfAddress(address) {
  const { hostname, pathname, searchParams } = new URL(address);
  const path = decodeURIComponent(pathname);
  for (const [host, prefix, pattern] of SITES) {
    const match = host.test(hostname) && pattern.exec(path);
    if (match) return prefix + match[1];
  }
  if (hostname === "openreview.net" && /^\/(forum|pdf|attachment)$/.test(pathname)) {
    const id = searchParams.get("id");
    return id ? `https://openreview.net/forum?id=${encodeURIComponent(id)}` : "";
  }
  // Publishers whose addresses contain the DOI: /doi/full/10.1126/…, ?id=10.1371/….
  const doi = DOI.exec(`${path} ${searchParams.get("id") ?? ""}`);
  return doi ? `doi:${doi[0].replace(/(?:\.full|\.abstract|\.pdf|v\d+|\/(?:full|abstract|pdf|meta))+$/, "")}` : "";
}

function nameOfPage(page, address) {
  const byAddress = nameOfAddress(address);
  if (byAddress) return byAddress;
  const names = new Set(DOI_TAGS);
  for (const tag of page.querySelectorAll("meta[name][content]")) {
    const doi = names.has(tag.name.toLowerCase()) && DOI.exec(tag.content);
    if (doi) return `doi:${doi[0]}`;
  }
  return "";
}

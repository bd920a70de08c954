/**
 * HTTP/1 as RFC 9112 has it: request and response heads parsed in place, bodies skipped, each response matched with its
 * request. Takes stream bytes, calls {@link dev.imdsanalyzer.http.ExchangeHandler}. One thread; no String is made here.
 */
package dev.imdsanalyzer.http;

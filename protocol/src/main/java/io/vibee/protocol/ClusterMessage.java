package io.vibee.protocol;

/** What actors on different nodes say to each other (CBOR); never stored. */
public interface ClusterMessage {}

package io.vibee.protocol.account;

import io.vibee.protocol.ClusterMessage;

/**
 * One try to sign in.
 *
 * @param name as names are compared, whether anybody has it or not
 * @param address from which it comes; of IPv6 the /64 that a client has
 * @param network around the address, which one holder is likely to own
 * @param known whether the name's owner signed in from this address before
 */
public record SignInTry(String name, String address, String network, boolean known) implements ClusterMessage {}

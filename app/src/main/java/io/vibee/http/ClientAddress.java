package io.vibee.http;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.HexFormat;

/** A client's address as limits see it. An IPv6 client has a whole /64, so that counts as its address. */
record ClientAddress(String key) {

    /** The address of a connection whose other end is unknown. */
    static final ClientAddress UNKNOWN = new ClientAddress("unknown");

    static ClientAddress of(InetAddress address) {
        byte[] bytes = address.getAddress();
        return new ClientAddress(
                HexFormat.of().formatHex(address instanceof Inet6Address ? Arrays.copyOf(bytes, 8) : bytes));
    }
}

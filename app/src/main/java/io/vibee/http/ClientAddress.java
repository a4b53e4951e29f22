package io.vibee.http;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.HexFormat;

/** Where a client asks from, as limits see it: an IPv6 client has a whole /64, so that counts as its address. */
record ClientAddress(String key) {

    /** Of a connection whose other end is unknown. */
    static final ClientAddress UNKNOWN = new ClientAddress("unknown");

    static ClientAddress of(InetAddress address) {
        byte[] bytes = address.getAddress();
        return new ClientAddress(
                HexFormat.of().formatHex(address instanceof Inet6Address ? Arrays.copyOf(bytes, 8) : bytes));
    }
}

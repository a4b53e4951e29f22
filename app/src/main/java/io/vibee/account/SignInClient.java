package io.vibee.account;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * Where somebody signs in from.
 *
 * @param address an IPv4 address, or the /64 that an IPv6 client has
 * @param network the /24 or the /48 around it, which one holder is likely to own
 */
public record SignInClient(String address, String network) {

    /** This process itself. */
    public static final SignInClient SELF = of(InetAddress.getLoopbackAddress());

    public static SignInClient of(InetAddress client) {
        byte[] bytes = client.getAddress();
        boolean six = client instanceof Inet6Address;
        return new SignInClient(
                HexFormat.of().formatHex(six ? Arrays.copyOf(bytes, 8) : bytes),
                HexFormat.of().formatHex(Arrays.copyOf(bytes, six ? 6 : 3)));
    }
}

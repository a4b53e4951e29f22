package io.vibee.http;

import java.math.BigDecimal;

/** Amounts of money as the API shows them. */
final class Dollars {

    private static final int DECIMALS = 6;

    private Dollars() {}

    /** So many millionths as US dollars: a number with at most 6 decimals. */
    static BigDecimal ofMicro(long microUsd) {
        BigDecimal usd = BigDecimal.valueOf(microUsd, DECIMALS).stripTrailingZeros();
        // Tens have a negative scale now, and JSON would show them as 1E+1.
        return usd.scale() < 0 ? usd.setScale(0) : usd;
    }
}

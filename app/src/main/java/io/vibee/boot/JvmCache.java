package io.vibee.boot;

import java.util.List;
import java.util.Optional;

/** The cache with which a JVM starts sooner ({@code -XX:AOTCache}). It belongs to one jar and one JDK; with others the JVM starts without it. */
final class JvmCache {

    private static final String OPTION = "-XX:AOTCache=";

    private JvmCache() {}

    /**
     * What to say when the JVM was given a cache and doesn't use it.
     *
     * @param options of the JVM
     * @param info the system property {@code java.vm.info}, as {@code mixed mode, sharing}: sharing means that a cache is in use
     */
    static Optional<String> complaint(List<String> options, String info) {
        return options.stream()
                .filter(option -> option.startsWith(OPTION))
                .map(option -> option.substring(OPTION.length()))
                .reduce((first, last) -> last)
                .filter(file -> !info.contains("sharing"))
                .map(
                        file -> "The JVM does not use its cache " + file
                                + ", which is not there or was made for another vibee.jar, its place or JDK (ops/aot/train makes it)");
    }
}

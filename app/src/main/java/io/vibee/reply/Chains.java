package io.vibee.reply;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.function.Function;

/**
 * The providers that are asked, in order.
 *
 * @param free for replies of users of the free tier
 * @param paid for replies of users of the paid tier
 * @param summaries for summaries of long chats, of all users
 */
public record Chains<P>(List<P> free, List<P> paid, List<P> summaries) {
    public Chains {
        free = List.copyOf(free);
        paid = List.copyOf(paid);
        summaries = List.copyOf(summaries);
    }

    /** One order for everything. */
    public static <P> Chains<P> alike(List<P> chain) {
        return new Chains<>(chain, chain, chain);
    }

    /** Each provider once. */
    public List<P> all() {
        LinkedHashSet<P> all = new LinkedHashSet<>(free);
        all.addAll(paid);
        all.addAll(summaries);
        return new ArrayList<>(all);
    }

    /** The same chains with other elements. {@code of} is called for each place. */
    public <Q> Chains<Q> map(Function<? super P, ? extends Q> of) {
        return new Chains<>(map(free, of), map(paid, of), map(summaries, of));
    }

    private static <P, Q> List<Q> map(List<P> chain, Function<? super P, ? extends Q> of) {
        List<Q> mapped = new ArrayList<>(chain.size());
        chain.forEach(each -> mapped.add(of.apply(each)));
        return mapped;
    }

    List<P> of(ReplyRequest request) {
        return switch (request.purpose()) {
            case REPLY -> request.paid() ? paid : free;
            case SUMMARY -> summaries;
        };
    }
}

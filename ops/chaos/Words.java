import java.util.List;

/** Words for questions, so that texts differ by more than their number. */
final class Words {
    private static final List<String> WORDS = List.of(
            "garden", "train", "invoice", "kitchen", "ticket", "doctor", "window", "coffee", "meeting", "winter", "parcel",
            "school", "market", "bicycle", "dinner", "letter", "mountain", "music", "office", "paper", "river", "street",
            "summer", "table", "water", "weather", "bread", "cinema", "dentist");

    private Words() {}

    static String of(long number) {
        return WORDS.get(Math.floorMod(number * 13, WORDS.size())) + " and the "
                + WORDS.get(Math.floorMod(number * 7 + number / 29, WORDS.size()));
    }
}

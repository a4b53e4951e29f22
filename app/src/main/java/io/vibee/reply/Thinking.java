package io.vibee.reply;

import io.vibee.protocol.text.Characters;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Removes from a model's text what it thought. Servers leave that in when they don't know the model's marks. A chat template may have put
 * the start mark into the prompt: then an end mark alone shows that everything before it was thought. Code never contains a mark.
 *
 * @param text what the model says, as it wrote it; empty when it only thought
 * @param unmarked whether its thoughts had no start mark
 */
record Thinking(String text, boolean unmarked) {

    /** Marks that count anywhere in an answer. */
    private static final List<String> NAMES = List.of("think", "thinking", "thought", "reasoning");

    /** Marks that count only at the beginning, since an answer in XML may contain them. */
    private static final List<String> NAMES_AT_FIRST =
            List.of("thoughts", "reflection", "scratchpad", "antthinking", "internal_thoughts");

    private static final Pattern START = start(NAMES);
    private static final Pattern END = end(NAMES);
    private static final Pattern START_AT_FIRST =
            start(Stream.concat(NAMES.stream(), NAMES_AT_FIRST.stream()).toList());
    private static final Pattern END_AT_FIRST =
            end(Stream.concat(NAMES.stream(), NAMES_AT_FIRST.stream()).toList());
    private static final Pattern MARK = Pattern.compile(START.pattern() + "|" + END.pattern(), START.flags());

    /** Marks that hold no thoughts: an empty one, and those around the answer itself. */
    private static final Pattern PASSED_OVER = Pattern.compile(
            "<\\s*(?:[a-z]{1,12}:)?(?:think|thinking)\\s*/\\s*>|<\\|(?:begin|end)_of_solution\\|>",
            Pattern.CASE_INSENSITIVE);

    /** How people name the marks: {@code <think> and </think>}. */
    private static final Pattern BETWEEN_NAMED = Pattern.compile(
            "\\s*(?:and|or|to|und|oder|y|o|et|ou|и|или|…|\\.{2,3}|[,/&–-])?\\s*", Pattern.CASE_INSENSITIVE);

    /** OpenAI's harmony format, which gpt-oss speaks. The answer is in the channel "final". */
    private static final Pattern CHANNEL = Pattern.compile("<\\|channel\\|>\\s*([a-z]*)");

    private static final Pattern CHANNEL_FINAL = Pattern.compile("<\\|channel\\|>\\s*final\\b[^<]*<\\|message\\|>");
    private static final Pattern MESSAGE_END = Pattern.compile("<\\|(?:end|return|call|start)\\|>");

    private static final String BARE_BEGINNING = "analysis";

    /** How the harmony format begins where its own tokens are missing. */
    private static final Pattern BARE_ANALYSIS = Pattern.compile(BARE_BEGINNING + "(?=[\\p{Lu}\"'])");

    private static final String BARE_FINAL = "assistantfinal";

    /** Marks that may have begun to arrive. */
    private static final List<String> COMING = Stream.concat(
                    Stream.concat(NAMES.stream(), NAMES_AT_FIRST.stream())
                            .flatMap(name -> Stream.of("<" + name + ">", "</" + name + ">")),
                    Stream.of(
                            "<think/>",
                            "<thinking/>",
                            "<seed:think>",
                            "</seed:think>",
                            "<mm:think>",
                            "</mm:think>",
                            "[think]",
                            "[/think]",
                            "◁think▷",
                            "◁/think▷",
                            "<|begin_of_thought|>",
                            "<|end_of_thought|>",
                            "<|begin_of_solution|>",
                            "<|end_of_solution|>",
                            "<|channel>",
                            "<channel|>",
                            "<|channel|>analysis",
                            "<|start|>",
                            "<|end|>",
                            "<|return|>"))
            .toList();

    private static final List<String> BEGINNINGS = List.of("<|start|>assistant<|channel|>", BARE_BEGINNING);

    private static final Pattern LAST_OPEN = Pattern.compile("(?:<|\\[|◁)[^<>\\[\\]◁▷]{0,256}$");
    private static final Pattern AROUND_SLASH = Pattern.compile("(?<=[<◁/])\\s+|\\s+(?=/)");

    private static Pattern start(List<String> names) {
        return Pattern.compile(
                "<\\s*(?:[a-z]{1,12}:)?(?:" + String.join("|", names) + ")(?:\\s[^<>]{0,200})?(?<!/)>"
                        + "|\\[THINK]|◁\\s*think\\s*▷|<\\|begin_of_thought\\|>|<\\|channel>",
                Pattern.CASE_INSENSITIVE);
    }

    private static Pattern end(List<String> names) {
        return Pattern.compile(
                "<\\s*/\\s*(?:[a-z]{1,12}:)?(?:" + String.join("|", names) + ")\\s*>"
                        + "|\\[\\s*/\\s*THINK]|◁\\s*/\\s*think\\s*▷|<\\|end_of_thought\\|>|<channel\\|>",
                Pattern.CASE_INSENSITIVE);
    }

    /** Splits a whole text. */
    static Thinking in(String raw) {
        if (!raw.stripLeading().startsWith(BARE_BEGINNING)
                && raw.indexOf('<') < 0
                && raw.indexOf('[') < 0
                && raw.indexOf('◁') < 0) {
            return new Thinking(raw, false);
        }
        int said = beyondFirst(raw);
        return beyondLater(raw.substring(said), said == 0);
    }

    /**
     * What may be shown of a text that is still coming. It leaves out what may turn out to be thoughts, as far as that can be known.
     *
     * @param unmarked whether the model has been seen to think without a start mark
     */
    static String shown(String soFar, boolean unmarked) {
        Matcher end = END.matcher(soFar);
        if ((unmarked && !end.find()) || BEGINNINGS.stream().anyMatch(mark -> mark.startsWith(soFar.strip()))) {
            return "";
        }
        String text =
                in(withoutComing(unmarked ? soFar.substring(end.end()) : soFar)).text();
        return !text.isEmpty() && Character.isHighSurrogate(text.charAt(text.length() - 1))
                ? text.substring(0, text.length() - 1)
                : text;
    }

    /** Where the thoughts at the beginning end. */
    private static int beyondFirst(String raw) {
        Matcher start = START_AT_FIRST.matcher(raw);
        Matcher end = END_AT_FIRST.matcher(raw);
        Matcher empty = PASSED_OVER.matcher(raw);
        int at = 0;
        while (true) {
            int begin = at;
            while (begin < raw.length() && isNothing(raw.charAt(begin))) {
                begin++;
            }
            if (start.region(begin, raw.length()).lookingAt()) {
                if (!end.find(start.end())) {
                    return raw.length();
                }
                at = end.end();
            } else if (empty.region(begin, raw.length()).lookingAt()) {
                at = empty.end();
            } else if (BARE_ANALYSIS.matcher(raw).region(begin, raw.length()).lookingAt()) {
                int last = raw.lastIndexOf(BARE_FINAL);
                return last < begin ? raw.length() : last + BARE_FINAL.length();
            } else {
                return at;
            }
        }
    }

    private static boolean isNothing(char unit) {
        return Character.isWhitespace(unit) || Characters.isInvisible(unit);
    }

    private static Thinking beyondLater(String said, boolean first) {
        Matcher channel = CHANNEL.matcher(said);
        Matcher mark = MARK.matcher(said);
        // Most texts: where there is no mark, nobody needs to know what is code.
        if (!mark.find() && !channel.find()) {
            return new Thinking(said.isBlank() ? "" : said, false);
        }
        MarkdownCode code = MarkdownCode.in(said);
        if (channel.reset().find() && !code.holds(channel.start())) {
            return new Thinking(ofChannels(said), false);
        }
        StringBuilder kept = new StringBuilder();
        String dropped = "";
        boolean unmarked = false;
        int from = 0;
        int opened = -1;
        int openedEnd = -1;
        mark.reset();
        while (mark.find()) {
            if (code.holds(mark.start())) {
                continue;
            }
            if (!END.matcher(mark.group()).matches()) {
                opened = opened < 0 ? mark.start() : opened;
                openedEnd = mark.end();
            } else if (opened >= 0
                    && BETWEEN_NAMED
                            .matcher(said.substring(openedEnd, mark.start()))
                            .matches()) {
                opened = -1;
            } else {
                if (opened >= 0 && isLineStart(said, from, opened)) {
                    kept.append(said, from, opened);
                } else {
                    dropped = opened < 0 ? dropped : kept + said.substring(from, opened);
                    kept.setLength(0);
                    unmarked |= opened < 0 && first;
                }
                from = mark.end();
                opened = -1;
            }
        }
        kept.append(said, from, opened >= 0 && isLineStart(said, from, opened) ? opened : said.length());
        String text = kept.toString();
        return new Thinking(text.isBlank() ? dropped : text, unmarked);
    }

    /** Whether only space stands before it on its line, or in the text from {@code from}. */
    private static boolean isLineStart(String text, int from, int index) {
        int before = index - 1;
        while (before >= from && (text.charAt(before) == ' ' || text.charAt(before) == '\t')) {
            before--;
        }
        return before < from || text.charAt(before) == '\n';
    }

    private static String ofChannels(String said) {
        Matcher last = CHANNEL_FINAL.matcher(said);
        int from = -1;
        while (last.find()) {
            from = last.end();
        }
        if (from < 0) {
            return "";
        }
        Matcher end = MESSAGE_END.matcher(said);
        return said.substring(from, end.find(from) ? end.start() : said.length());
    }

    /** The text without a mark at its end that has only begun. */
    private static String withoutComing(String soFar) {
        Matcher open = LAST_OPEN.matcher(soFar).region(Math.max(0, soFar.length() - 257), soFar.length());
        if (!open.find()) {
            return soFar;
        }
        String begun = AROUND_SLASH
                .matcher(open.group().toLowerCase(Locale.ROOT))
                .replaceAll("")
                .stripTrailing();
        boolean coming = COMING.stream()
                .anyMatch(mark -> mark.startsWith(begun)
                        || (begun.startsWith(mark.substring(0, mark.length() - 1) + " ")
                                && mark.endsWith(">")
                                && !mark.startsWith("</")));
        return coming ? soFar.substring(0, open.start()) : soFar;
    }
}

package io.vibee.telegram;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.StreamSupport;

/**
 * The words of a rich message (Bot API 10.1, {@code RichMessage}) as plain text, in reading order: a paragraph for each block, lists with
 * their labels, a table's rows as lines, quotations after {@code >}. It tells blocks by what they hold and not by their type, so that a new
 * kind of block still gives its text.
 */
final class RichWords {

    /** More than the 32,768 characters that Telegram allows, for the labels and marks between them. */
    static final int LONGEST = 40_000;

    /** Deeper than Telegram nests, and far below what a stack can take. */
    private static final int DEEPEST = 100;

    private static final String LABEL = "label";

    /** Fields of any block or text that hold words, in the order in which they are read. */
    private static final List<String> WORDS =
            List.of("title", "header", LABEL, "summary", "text", "expression", "alternative_text", "content");

    /** Those of them that no block uses today: they may hold blocks as well as a text. */
    private static final Set<String> PERHAPS_BLOCKS = Set.of("title", "header", "content");

    private static final List<String> UNLABELLED =
            WORDS.stream().filter(field -> !field.equals(LABEL)).toList();

    private static final List<String> AFTERWORDS = List.of("caption", "description", "credit", "footer");

    /** What never holds words of the sender: files, places and people. */
    private static final Set<String> NO_WORDS = Set.of(
            "animation", "audio", "document", "photo", "video", "voice_note", "voice", "thumbnail", "location", "user");

    private RichWords() {}

    /** The words of a {@code RichMessage}, empty when it has none; at most {@value #LONGEST} UTF-16 units. */
    static String of(JsonNode richMessage) {
        String words = block(richMessage, 0).strip();
        return clipped(words);
    }

    private static String clipped(String words) {
        if (words.length() <= LONGEST) {
            return words;
        }
        return words.substring(0, Character.isHighSurrogate(words.charAt(LONGEST - 1)) ? LONGEST - 1 : LONGEST);
    }

    private static String blocks(JsonNode blocks, int depth) {
        return joined(StreamSupport.stream(blocks.spliterator(), false)
                .map(block -> block(block, depth + 1))
                .toList());
    }

    private static String block(JsonNode block, int depth) {
        if (depth > DEEPEST) {
            return "";
        }
        if (block.isArray()) {
            return blocks(block, depth);
        }
        if (!block.isObject()) {
            return inline(block, depth);
        }
        String whole = joined(parts(block, depth, WORDS));
        return isQuotation(block) ? quoted(whole) : whole;
    }

    private static List<String> parts(JsonNode block, int depth, List<String> first) {
        List<String> parts = new ArrayList<>();
        first.forEach(field -> parts.add(words(field, block.path(field), depth)));
        for (Map.Entry<String, JsonNode> field : block.properties()) {
            String name = field.getKey();
            JsonNode value = field.getValue();
            if (value.isContainerNode()
                    && !WORDS.contains(name)
                    && !AFTERWORDS.contains(name)
                    && !NO_WORDS.contains(name)) {
                parts.add(part(name, value, depth));
            }
        }
        AFTERWORDS.forEach(field -> parts.add(words(field, block.path(field), depth)));
        return parts;
    }

    private static String part(String name, JsonNode value, int depth) {
        return switch (name) {
            case "items" -> items(value, depth);
            case "cells", "rows" -> rows(value, depth);
            default -> block(value, depth + 1);
        };
    }

    /** A text, or a block where one stands in a text's place, as a caption with a credit. */
    private static String words(String field, JsonNode value, int depth) {
        boolean blocks = (value.isObject() && (value.has("credit") || value.has("blocks")))
                || (value.isContainerNode() && PERHAPS_BLOCKS.contains(field));
        return blocks ? block(value, depth + 1) : inline(value, depth + 1);
    }

    /** A {@code RichText}: a string, several in a row, or one with a form of its own around another. */
    private static String inline(JsonNode text, int depth) {
        if (depth > DEEPEST) {
            return "";
        }
        if (text.isTextual()) {
            return text.textValue();
        }
        if (text.isArray()) {
            StringBuilder all = new StringBuilder();
            text.forEach(part -> all.append(inline(part, depth + 1)));
            return all.toString();
        }
        if (!text.isObject()) {
            return "";
        }
        for (String field : WORDS) {
            String words = inline(text.path(field), depth + 1);
            if (!words.isEmpty()) {
                return words;
            }
        }
        StringBuilder all = new StringBuilder();
        text.properties().stream()
                .filter(field -> field.getValue().isContainerNode()
                        && !WORDS.contains(field.getKey())
                        && !NO_WORDS.contains(field.getKey()))
                .forEach(field -> all.append(inline(field.getValue(), depth + 1)));
        return all.toString();
    }

    private static String items(JsonNode items, int depth) {
        List<String> lines = new ArrayList<>();
        for (JsonNode item : items) {
            String label = item.path(LABEL).asText("").strip();
            StringBuilder line = new StringBuilder(label.isEmpty() ? "•" : label).append(' ');
            if (item.path("has_checkbox").asBoolean(false)) {
                line.append(item.path("is_checked").asBoolean(false) ? "[x] " : "[ ] ");
            }
            String words = depth > DEEPEST
                    ? ""
                    : item.isObject() ? joined(parts(item, depth + 1, UNLABELLED)) : inline(item, depth + 1);
            lines.add(line.append(words.replace("\n\n", "\n").replace("\n", "\n  "))
                    .toString()
                    .stripTrailing());
        }
        return String.join("\n", lines);
    }

    private static String rows(JsonNode rows, int depth) {
        List<String> lines = new ArrayList<>();
        for (JsonNode row : rows) {
            JsonNode cells = row.isObject() ? row.path("cells") : row;
            List<String> words = new ArrayList<>();
            cells.forEach(cell -> words.add(block(cell, depth + 2).replace('\n', ' ')));
            lines.add(String.join(" | ", words));
        }
        return String.join("\n", lines);
    }

    private static boolean isQuotation(JsonNode block) {
        return block.path("type").asText("").toLowerCase(Locale.ROOT).contains("quot");
    }

    private static String quoted(String words) {
        return words.isEmpty() ? "" : "> " + words.replace("\n", "\n> ");
    }

    private static String joined(List<String> parts) {
        return String.join(
                "\n\n", parts.stream().filter(part -> !part.isBlank()).toList());
    }
}

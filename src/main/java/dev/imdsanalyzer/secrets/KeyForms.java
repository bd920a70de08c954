package dev.imdsanalyzer.secrets;

import java.util.ArrayList;
import java.util.List;

/**
 * What keys and tokens of well-known services begin with, as their makers document it so that scanners find them. Facts
 * compared with the rules of gitleaks 8, trufflehog 3 and detect-secrets 1.5.
 */
final class KeyForms {
    /** What characters follow. */
    private enum Rest {
        /** Letters, digits, hyphens and underscores. */
        WORD,
        /** The same and dots. */
        DOTTED,
        /** The same as a word, with digits and letters of both cases: its beginning alone says too little. */
        MIXED,
        /** Hexadecimal digits. */
        HEX,
        /** Capitals and digits. */
        CAPITALS,
        /** Base64 of both alphabets, percent-encoded or not. */
        BASE64
    }

    private record Form(String prefix, int minimum, Rest rest) {}

    /** A kind of rest, then beginnings, each with the least number of characters behind it. */
    private static final String TABLE = """
            WORD ghp_:16 gho_:16 ghu_:16 ghs_:16 ghr_:16 github_pat_:16 dckr_pat_:16 dckr_oat_:16 npm_:24 pypi-AgE:16
            WORD xoxa-:10 xoxb-:10 xoxc-:10 xoxd-:10 xoxe-:10 xoxo-:10 xoxp-:10 xoxr-:10 xoxs-:10 xapp-:16 xwfp-:16
            WORD sk_live_:10 sk_test_:10 sk_prod_:10 rk_live_:10 rk_test_:10 rk_prod_:10 whsec_:16 sq0atp-:20 sq0csp-:20
            WORD AIza:30 GOCSPX-:20 1//0:30 AGE-SECRET-KEY-1:30 shpat_:24 shpss_:24 shpca_:24 shppa_:24 EZAK:40 EZTK:40
            WORD dop_v1_:24 doo_v1_:24 dor_v1_:24 dapi:32 glsa_:24 glc_:24 lin_api_:24 lin_oauth_:24 PMAK-:24 NRAK-:20
            WORD hf_:30 api_org_:30 gsk_:30 nvapi-:30 xai-:30 pplx-:30 r8_:30 lsv2_pt_:24 lsv2_sk_:24 ntn_:30 figd_:20
            WORD ATATT3:30 ATCTT3:30 ATBB:28 HRKU-AA:30 AKCp:40 cmVmd:50 rubygems_:30 oy2:43 CLOJARS_:40 LTAI:20 bkua_:30
            WORD NRJS-:19 NRII-:24 tskey-:16 fo1_:30 pnu_:30 pscale_tkn_:24 pscale_oauth_:24 pscale_pw_:24 rdme_:40
            WORD sntrys_:24 sntryu_:24 sbp_:30 p8e-:30 tfp_:30 CFPAT-:30 duffel_live_:30 duffel_test_:30 FLWSECK:12
            WORD shippo_live_:30 shippo_test_:30 xkeysib-:40 hooks_:60 phx_:30 dnkey-:40 fio-u-:40 CCIPAT_:30 rnd_:24
            WORD sk-ant-:16 sk-proj-:16 sk-svcacct-:16 sk-admin-:16 sk-or-v1-:16 secret_:43 bedrock-api-key-:20
            WORD glpat-:16 gldt-:16 glrt-:16 glcbt-:16 glptt-:16 glft-:16 glsoat-:16 glimt-:16 glagent-:16 glffct-:16
            WORD gloas-:16 GR1348941:16 sha256~:40 A3-:30
            DOTTED hvs.:16 hvb.:16 hvr.:16 ya29.:20 SG.:40 dp.pt.:20 dp.st.:20 dp.ct.:20 dp.sa.:20 dp.scim.:20 dp.audit.:20
            DOTTED dt0c01.:40 dt0s01.:40 v1.0-:60 sl.:100 pat.:50 sat.:50
            MIXED sk-:20 s.:24 b.:24 r.:24 EAAA:50 EAAC:50 EAAM:50 pk.:60 API-:26 ico-:32
            HEX key-:32 SK:32 pul-:40 fm2_:40
            CAPITALS AKIA:16 ASIA:16 ABIA:16 ACCA:16 A3T:17
            BASE64 AQAE:36 FwoGZXIvYXdz:8 FQoGZXIvYXdz:8 FQoDYXdz:8 AQoDYXdz:8 AQoGZXIvYXdz:8 IQoJb3JpZ2lu:8 ABSK:100
            BASE64 ops_eyJ:40 fm1a_:40 fm1r_:40 TlRMTVNTUAAB:16 TlRMTVNTUAAD:16
            """;

    private static final List<List<Form>> BY_FIRST_CHARACTER = read();

    private static final String HASHICORP = ".atlasv1.";
    private static final String JSON = "eyJ";
    private static final int JSON_MINIMUM = 40;
    /** As much of a text tells whether it is mixed. */
    private static final int MIXED_LIMIT = 64;

    private static final char CUT_MARK = '…';

    private final String text;

    KeyForms(String text) {
        this.text = text;
    }

    private static List<List<Form>> read() {
        List<List<Form>> forms = new ArrayList<>();
        for (int i = 0; i < 128; i++) {
            forms.add(new ArrayList<>());
        }
        TABLE.lines().forEach(line -> {
            String[] words = line.split(" ", -1);
            for (int i = 1; i < words.length; i++) {
                int colon = words[i].lastIndexOf(':');
                String prefix = words[i].substring(0, colon);
                int minimum = Integer.parseInt(words[i].substring(colon + 1));
                forms.get(prefix.charAt(0)).add(new Form(prefix, minimum, Rest.valueOf(words[0])));
            }
        });
        return forms;
    }

    /** The end of the key that begins at the place, where a word or a part of one begins; -1 where there is none. */
    int end(int start) {
        char first = text.charAt(start);
        if (first == 'e' && text.startsWith(JSON, start)) {
            return webToken(start);
        }
        for (Form form : first < 128 ? BY_FIRST_CHARACTER.get(first) : List.<Form>of()) {
            if (text.startsWith(form.prefix, start)) {
                int end = end(form, start);
                if (end >= 0) {
                    return end;
                }
            }
        }
        return -1;
    }

    private int end(Form form, int start) {
        int from = start + form.prefix.length();
        int end = from;
        while (end < text.length() && belongs(text.charAt(end), form.rest)) {
            end++;
            if (form.rest == Rest.MIXED && end - from == MIXED_LIMIT && !isMixed(from, end)) {
                return -1;
            }
        }
        // A text that was cut ends in half a key.
        boolean cut = end < text.length() && text.charAt(end) == CUT_MARK && form.prefix.length() >= 4;
        if (!cut && (end - from < form.minimum || (form.rest == Rest.MIXED && !isMixed(from, end)))) {
            return -1;
        }
        if (form.rest == Rest.CAPITALS && !cut && end - from != form.minimum) {
            return -1;
        }
        return withoutFullStop(end);
    }

    private boolean isMixed(int start, int end) {
        boolean upper = false;
        boolean lower = false;
        boolean digit = false;
        for (int i = start; i < Math.min(end, start + MIXED_LIMIT); i++) {
            char c = text.charAt(i);
            upper |= c >= 'A' && c <= 'Z';
            lower |= c >= 'a' && c <= 'z';
            digit |= c >= '0' && c <= '9';
        }
        return upper && lower && digit;
    }

    private static boolean belongs(char c, Rest rest) {
        boolean capital = (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        boolean word = capital || (c >= 'a' && c <= 'z') || c == '_' || c == '-';
        return switch (rest) {
            case WORD, MIXED -> word;
            case DOTTED -> word || c == '.';
            case HEX -> Character.digit(c, 16) >= 0 && c < 0x80;
            case CAPITALS -> capital;
            case BASE64 -> word || "+/=%".indexOf(c) >= 0;
        };
    }

    /** A JSON Web Token (RFC 7519), encrypted or not, or other base64 of a JSON object. */
    private int webToken(int start) {
        int end = start;
        int dots = 0;
        while (end < text.length() && (belongs(text.charAt(end), Rest.BASE64) || text.charAt(end) == '.')) {
            dots += text.charAt(end) == '.' ? 1 : 0;
            end++;
        }
        boolean cut = end < text.length() && text.charAt(end) == CUT_MARK;
        boolean token = end - start >= JSON_MINIMUM || (dots >= 2 && end - start >= JSON_MINIMUM / 2) || cut;
        return token ? withoutFullStop(end) : -1;
    }

    private int withoutFullStop(int end) {
        return text.charAt(end - 1) == '.' ? end - 1 : end;
    }

    /** Where a token of HashiCorp's cloud begins in the word: its mark stands in the middle; -1 where there is none. */
    int middleMark(int start, int end) {
        int mark = end - start < 60 ? -1 : text.substring(start, end).indexOf(HASHICORP);
        return mark > 0 && end - start - mark > 40 ? start : -1;
    }
}

/** Made by scripts/generate_reference.py from packages/ipynb. Do not edit. */

export type Rule =
  | string
  | {
      readonly members: Readonly<Record<string, Rule>>;
      readonly needed: readonly string[];
    }
  | { readonly either: readonly Rule[] }
  | { readonly several: Rule };

export const cellRules: Readonly<Record<string, Rule>> = {
  "tags": "tags",
  "name": "line",
  "jupyter": {
    "members": {
      "source_hidden": "flag"
    },
    "needed": []
  },
  "slideshow": {
    "members": {
      "slide_type": "slide_type"
    },
    "needed": []
  }
};

export const codeRules: Readonly<Record<string, Rule>> = {
  "tags": "tags",
  "name": "line",
  "jupyter": {
    "members": {
      "source_hidden": "flag"
    },
    "needed": []
  },
  "slideshow": {
    "members": {
      "slide_type": "slide_type"
    },
    "needed": []
  },
  "collapsed": "flag",
  "ordo_solution": "solution",
  "ordo_success": "message",
  "ordo_failure": "message"
};

export const notebookRules: Readonly<Record<string, Rule>> = {
  "kernelspec": {
    "members": {
      "name": "line",
      "display_name": "line",
      "language": "line"
    },
    "needed": [
      "display_name",
      "name"
    ]
  },
  "language_info": {
    "members": {
      "name": "line",
      "version": "line",
      "mimetype": "line",
      "file_extension": "line",
      "pygments_lexer": "line",
      "nbconvert_exporter": "line",
      "codemirror_mode": {
        "either": [
          "line",
          {
            "members": {
              "name": "line",
              "version": "whole"
            },
            "needed": []
          }
        ]
      }
    },
    "needed": [
      "name"
    ]
  },
  "nbcommons": {
    "members": {
      "v": "count",
      "uuid": "uuid",
      "revision": "count",
      "site": "site"
    },
    "needed": []
  },
  "title": "line",
  "authors": {
    "several": {
      "either": [
        "line",
        {
          "members": {
            "name": "line"
          },
          "needed": []
        }
      ]
    }
  }
};

export const numbers = {
  "nameLength": 200,
  "messageLength": 10000,
  "solutionLength": 4000,
  "greatestCount": 2147483647,
  "greatestWhole": 9007199254740991,
  "beforeCharacters": 16,
  "tagCharacters": 500,
  "codedLineLength": 40,
  "rounds": 8,
  "idLength": 12,
  "lowestHeading": 6,
  "cells": 5000,
  "depth": 100,
  "containers": 1000000,
  "strippedBytes": 5000000
} as const;

export const words = {
  "slideTypes": [
    "-",
    "fragment",
    "notes",
    "skip",
    "slide",
    "subslide"
  ],
  "solutionTypes": [
    "text/html",
    "text/latex",
    "text/markdown",
    "text/plain"
  ],
  "cellTypes": [
    "code",
    "markdown",
    "raw"
  ],
  "cellKeys": [
    "attachments",
    "cell_type",
    "execution_count",
    "id",
    "metadata",
    "outputs",
    "source"
  ],
  "timingKeys": [
    "ExecuteTime",
    "execution",
    "papermill"
  ],
  "errorTypes": [
    "error",
    "pyerr"
  ],
  "tableTypes": [
    "application/vnd.dataresource+json"
  ],
  "chartTypes": [
    "image/",
    "application/vnd.plotly",
    "application/vnd.vega",
    "application/vnd.bokeh"
  ],
  "textTypes": [
    "text/plain",
    "text/markdown",
    "text/latex"
  ],
  "widgetView": [
    "application/vnd.jupyter.widget-view+json"
  ]
} as const;

// For the flag «u», which counts characters as Python does.
export const patterns = {
  "oneLine": "[^\\x00-\\x1f\\x7f\\u2028\\u2029]+",
  "site": "https?://[^\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000\\x00-\\x1f\\x22'<>\\\\]+",
  "uuid": "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}",
  "cellId": "[a-zA-Z0-9_-]{1,64}",
  "table": "<[tT][aA][bB][lL][eE][ \\t\\n\\f\\r>]",
  "drawing": "<[sS][vV][gG][ \\t\\n\\f\\r>]|<[iI][mM][gG][ \\t\\n\\f\\r>]|<[cC][aA][nN][vV][aA][sS][ \\t\\n\\f\\r>]|[pP][lL][oO][tT][lL][yY]|[bB][oO][kK][eE][hH]|[vV][eE][gG][aA]|[eE][cC][hH][aA][rR][tT][sS]",
  "personalKey": "user(?:_?name)?|author|owner|e-?mail|path|folder|directory|cwd|home",
  "personalPath": "/home/|/Users/|/root/|\\\\Users\\\\|Documents and Settings|file://",
  "scheme": "(?:[dD]|&#0{0,8}(?:100|68);?|&#[xX]0{0,8}(?:64|44);?)(?:[\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]|&[tT][aA][bB];|&[nN][eE][wW][lL][iI][nN][eE];|&#0{0,8}(?:9|10|13);|&#[xX]0{0,8}[9aAdD];){0,4}(?:[aA]|&#0{0,8}(?:97|65);?|&#[xX]0{0,8}(?:61|41);?)(?:[\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]|&[tT][aA][bB];|&[nN][eE][wW][lL][iI][nN][eE];|&#0{0,8}(?:9|10|13);|&#[xX]0{0,8}[9aAdD];){0,4}(?:[tT]|&#0{0,8}(?:116|84);?|&#[xX]0{0,8}(?:74|54);?)(?:[\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]|&[tT][aA][bB];|&[nN][eE][wW][lL][iI][nN][eE];|&#0{0,8}(?:9|10|13);|&#[xX]0{0,8}[9aAdD];){0,4}(?:[aA]|&#0{0,8}(?:97|65);?|&#[xX]0{0,8}(?:61|41);?)(?:[\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]|&[tT][aA][bB];|&[nN][eE][wW][lL][iI][nN][eE];|&#0{0,8}(?:9|10|13);|&#[xX]0{0,8}[9aAdD];){0,4}(?:\\\\?:|&[cC][oO][lL][oO][nN];|&#0{0,8}58;?|&#[xX]0{0,8}3[aA];?)",
  "header": "(?<gap>[\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]{0,8})(?:(?<type>[^\\x00-*,/:-@\\[-\\^`\\{-\\x7f\\x80-\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]{1,60})(?:\\\\?/|&[sS][oO][lL];|&#0{0,8}47;?|&#[xX]0{0,8}2[fF];?)(?<subtype>[^\\x00-*,/:-@\\[-\\^`\\{-\\x7f\\x80-\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]{1,80}))?[\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]{0,8}(?<parameters>(?:(?:\\\\?;|&[sS][eE][mM][iI];|&#0{0,8}59;?|&#[xX]0{0,8}3[bB];?)[\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]{0,8}(?:(?:[^\\x00-$&-),/:-<>-@\\[-\\^`\\{-\\x7f\\x80-\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]|&[qQ][uU][oO][tT]|&[aA][pP][oO][sS]|&#3[49]){1,80}(?:\\x22[^\\x22\\n]{0,100}\\x22|'[^'\\n]{0,100}')?[\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]{0,8})?){0,8})(?:\\\\?,|&[cC][oO][mM][mM][aA];|&#0{0,8}44;?|&#[xX]0{0,8}2[cC];?)",
  "base64": "(?:\\\\?;|&[sS][eE][mM][iI];|&#0{0,8}59;?|&#[xX]0{0,8}3[bB];?)[\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]*[bB][aA][sS][eE]64(?![^\\x00-/:-@\\[-\\^`\\{-\\x7f\\x80-\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000])",
  "opening": "(?:(?<link>\\]\\(|(?<![^\\x00-/:-@\\[-\\^`\\{-\\x7f\\x80-\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000])[uU][rR][lL]\\()[\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]*|(?<attribute>=)[\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]*(?<value>[\\x22']?)[\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]*|(?<sign>[\\x22'(<]))$",
  "blankLine": "\\n[ \\t\\r]*\\n",
  "undelimited": "[^\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000\\x22'<>)]*",
  "inBrackets": "[^)\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]*",
  "coded": "[A-Za-z0-9+/%\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000_-]*",
  "padding": "={0,2}",
  "space": "[\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]*",
  "codedLine": "[ \\t]*\\r?\\n[ \\t]*(?<coded>[A-Za-z0-9+/_-]+={0,2})(?=[ \\t]*(?:[\\r\\n)>\\x22'<]|$))",
  "codedWord": "[A-Za-z][a-z]*",
  "pictureName": "picture-[0-9]+",
  "extension": "[a-z0-9]{1,5}"
} as const;

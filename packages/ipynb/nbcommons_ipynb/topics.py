"""What a library or a word is about, in the word that an analyst would search for."""

LIBRARY_TAGS: dict[str, str] = {
    **dict.fromkeys(
        ("pandas", "polars", "dplyr", "tidyr", "data.table", "DataFrames"), "tables"
    ),
    **dict.fromkeys(("openpyxl", "xlrd", "xlsxwriter", "xlwings", "readxl"), "spreadsheets"),
    **dict.fromkeys(
        (
            "matplotlib",
            "seaborn",
            "plotly",
            "bokeh",
            "altair",
            "pylab",
            "ggplot2",
            "plotnine",
            "bqplot",
            "holoviews",
            "hvplot",
            "Plots",
            "toyplot",
        ),
        "charts",
    ),
    **dict.fromkeys(
        (
            "folium",
            "geopandas",
            "cartopy",
            "shapely",
            "ipyleaflet",
            "geopy",
            "rasterio",
            "pyproj",
            "sf",
            "leaflet",
            "keplergl",
            "pydeck",
            "basemap",
            "osmnx",
        ),
        "maps",
    ),
    **dict.fromkeys(
        (
            "sklearn",
            "xgboost",
            "lightgbm",
            "catboost",
            "torch",
            "tensorflow",
            "keras",
            "caret",
            "transformers",
            "fastai",
            "jax",
        ),
        "machine learning",
    ),
    **dict.fromkeys(
        ("statsmodels", "pymc", "pymc3", "lifelines", "arviz", "prophet"), "statistics"
    ),
    **dict.fromkeys(("networkx", "igraph", "pyvis", "graphviz"), "networks"),
    **dict.fromkeys(
        (
            "nltk",
            "spacy",
            "gensim",
            "textblob",
            "rapidfuzz",
            "fuzzywuzzy",
            "thefuzz",
            "tidytext",
        ),
        "text",
    ),
    **dict.fromkeys(("requests", "httpx", "urllib3", "urllib2", "aiohttp"), "web services"),
    **dict.fromkeys(("bs4", "scrapy", "selenium", "rvest", "playwright"), "web pages"),
    **dict.fromkeys(
        (
            "sqlite3",
            "sqlalchemy",
            "psycopg",
            "psycopg2",
            "pymysql",
            "pyodbc",
            "duckdb",
            "DBI",
            "cx_Oracle",
            "oracledb",
            "sqlparse",
        ),
        "databases",
    ),
    **dict.fromkeys(("pyspark", "dask", "ray"), "large data"),
    **dict.fromkeys(("ipywidgets", "panel", "streamlit", "voila", "ipyvuetify"), "forms"),
    **dict.fromkeys(("PIL", "cv2", "skimage", "imageio"), "images"),
    **dict.fromkeys(
        ("docx", "pptx", "reportlab", "pypdf", "PyPDF2", "pdfplumber"), "documents"
    ),
    **dict.fromkeys(("metpy", "siphon", "xarray", "netCDF4", "pyart"), "weather"),
    **dict.fromkeys(("sympy",), "algebra"),
    **dict.fromkeys(("scipy",), "statistics"),
    **dict.fromkeys(("smtplib", "exchangelib", "imaplib"), "mail"),
}

WORD_TAGS: dict[str, str] = {
    **dict.fromkeys(("forecast", "forecasts", "forecasting"), "forecasts"),
    **dict.fromkeys(("map", "maps", "mapping", "geocode", "geocoding", "coordinates"), "maps"),
    **dict.fromkeys(("chart", "charts", "plot", "plots", "plotting", "visualise"), "charts"),
    **dict.fromkeys(("visualize", "visualisation", "visualization", "dashboard"), "charts"),
    **dict.fromkeys(
        ("invoice", "invoices", "payment", "payments", "payer", "payers"), "payments"
    ),
    **dict.fromkeys(("budget", "budgets", "accounting", "ledger", "ledgers"), "finance"),
    **dict.fromkeys(("survey", "surveys", "questionnaire", "respondents"), "surveys"),
    **dict.fromkeys(("regression", "regressions", "significance", "anova"), "statistics"),
    **dict.fromkeys(("classification", "clustering", "classifier"), "machine learning"),
    **dict.fromkeys(("spreadsheet", "spreadsheets", "excel", "xlsx"), "spreadsheets"),
    **dict.fromkeys(("sql", "database", "databases"), "databases"),
    **dict.fromkeys(("weather", "rainfall", "precipitation", "temperatures"), "weather"),
    **dict.fromkeys(("duplicate", "duplicates", "deduplicate", "deduplication"), "duplicates"),
    **dict.fromkeys(("cleaning", "cleanse", "tidying"), "cleaning data"),
}

# Words of titles that say nothing about the topic.
PLAIN_WORDS = frozenset(
    """
    about after again also analyse analysis analyze another answer before being best between both
    build case chapter check code compare compute create data dataset demo does doing done each
    easy example examples exercise exercises file files final find first five four from function
    functions getting give good guide have here hello into intro introduction introducing just know
    knowing lesson like list look made make many more most much names need never next note notebook
    notes number numbers only other over part practice problem problems project python question
    questions quick read result results same second section short show simple solution solutions
    some start step steps such summary take test than that their them then there these they thing
    things this those three through time title tutorial under untitled update used using value
    values version very view want week well what when where which while with work working world
    would write year years your
    """.split()  # noqa: SIM905 a list of one word per line would fill a page
)

# Headings that name a part, not the notebook.
PART_HEADINGS = frozenset(
    {
        "contents",
        "table of contents",
        "toc",
        "imports",
        "import",
        "setup",
        "set up",
        "introduction",
    }
    | {"libraries", "load libraries", "import libraries", "overview", "summary", "background"}
    | {"getting started", "preamble", "import packages", "index"}
)
